/** Failed first factors, and what counts like them: Postgres is their only home, so a flushed cache forgets none. */
import type { Queryable } from './postgres';

export interface NewFailure {
  /** The user id, or a digest of a login that nobody has. */
  readonly accountKey: string;
  readonly userId: string | undefined;
  readonly clientId: string;
  readonly deviceKey: string | undefined;
  readonly ipKey: string;
  readonly deviceTokenHash: string | undefined;
  readonly reason: string | undefined;
}

/** Records a failure; `carried_token` is true only for an unrevoked token of this user and device. */
export async function insertFailure(db: Queryable, failure: NewFailure): Promise<void> {
  await db.query(
    `insert into sign_in_failures (account_key, user_id, client_id, device_key, ip_key, reason, carried_token)
     values ($1, $2, $3, $4, $5, $6, exists (
       select 1 from trusted_devices
       where user_id = $2 and token_hash = $7 and device_key = $4 and revoked_at is null and trusted_until > now()))`,
    [
      failure.accountKey,
      failure.userId ?? null,
      failure.clientId,
      failure.deviceKey ?? null,
      failure.ipKey,
      failure.reason ?? null,
      failure.deviceTokenHash ?? null,
    ],
  );
}

/** What speaks against a device as so many failures would. */
export interface DeviceFailures {
  readonly userId: string;
  readonly clientId: string;
  readonly deviceKey: string;
  readonly ipKey: string;
  readonly reason: 'push_denied' | 'passkey_copied';
  readonly weight: number;
}

/** Counts a sign-in against its device, so that risk sees it; never against the holder of a trusted device's token. */
export async function insertFailuresOfDevice(db: Queryable, failures: DeviceFailures): Promise<void> {
  const { userId, clientId, deviceKey, ipKey, reason, weight } = failures;
  await db.query(
    `insert into sign_in_failures (account_key, user_id, client_id, device_key, ip_key, reason, carried_token)
     select $1, $1, $2, $3, $4, $5, false from generate_series(1, $6)`,
    [userId, clientId, deviceKey, ipKey, reason, weight],
  );
}

/** Deletes failures that no window looks at any more. */
export async function deleteOldFailures(db: Queryable): Promise<void> {
  await db.query(`delete from sign_in_failures where at < now() - interval '2 hours'`);
}
