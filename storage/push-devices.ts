/** Authenticator devices: public keys, and where web pushes go (sealed). */
import { MAX_DEVICES_PER_USER } from '../domain/push';
import { firstRow, type Queryable } from './postgres';

/** A P-256 public key (RFC 7517), its four members and no others. */
export interface DeviceJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

export interface PushDevice {
  /** The name under which it signs. */
  readonly deviceId: string;
  readonly userId: string;
  readonly publicJwk: DeviceJwk;
}

export interface NewPushDevice extends PushDevice {
  readonly methodId: string;
  readonly name: string;
  readonly subscription: SealedSubscription | undefined;
}

export interface SealedSubscription {
  readonly box: Buffer;
  readonly keyId: string;
}

/** Adds a device; false when the user has as many as one may have. The caller holds the user's row. */
export async function insertPushDevice(db: Queryable, device: NewPushDevice): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into push_devices (device_id, id, user_id, name, public_jwk, sealed_subscription, subscription_key_id)
     select $1, $2, $3, $4, $5, $6, $7
     where (select count(*) from push_devices where user_id = $3) < $8`,
    [
      device.deviceId,
      device.methodId,
      device.userId,
      device.name,
      JSON.stringify(device.publicJwk),
      device.subscription?.box ?? null,
      device.subscription?.keyId ?? null,
      MAX_DEVICES_PER_USER,
    ],
  );
  return rowCount === 1;
}

/** A device of an active user; `undefined` for any other. */
export async function findPushDevice(db: Queryable, deviceId: string): Promise<PushDevice | undefined> {
  return firstRow(
    await db.query<PushDevice>(
      `select d.device_id as "deviceId", d.user_id as "userId", d.public_jwk as "publicJwk"
       from push_devices d join users u on u.id = d.user_id where d.device_id = $1 and d.state = 'active' and u.status = 'active'`,
      [deviceId],
    ),
  );
}

/** Whether any device of the user is told by web push. */
export async function hasSubscriber(db: Queryable, userId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from push_devices
     where user_id = $1 and state = 'active' and sealed_subscription is not null limit 1`,
    [userId],
  );
  return rowCount === 1;
}

export interface Subscriber {
  readonly deviceId: string;
  readonly subscription: SealedSubscription;
}

/** The user's devices that are told of a prompt by web push. */
export async function listSubscribers(db: Queryable, userId: string): Promise<Subscriber[]> {
  const { rows } = await db.query<{ deviceId: string; box: Buffer; keyId: string }>(
    `select device_id as "deviceId", sealed_subscription as box, subscription_key_id as "keyId"
     from push_devices where user_id = $1 and state = 'active' and sealed_subscription is not null order by created_at`,
    [userId],
  );
  return rows.map(({ deviceId, box, keyId }) => ({ deviceId, subscription: { box, keyId } }));
}

/** Takes a subscription away that its push service does not know any more. The device itself stays. */
export async function removeSubscription(
  db: Queryable,
  { deviceId, subscription }: Subscriber,
): Promise<void> {
  await db.query(
    `update push_devices set sealed_subscription = null, subscription_key_id = null
     where device_id = $1 and sealed_subscription = $2`,
    [deviceId, subscription.box],
  );
}
