/** The trusted devices of a user, for their owner. */
import type { PoolClient, Queryable } from './postgres';

export interface TrustedDeviceRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastMfaAt: Date;
  readonly trustedUntil: Date;
  /** The session that asks began on it. */
  readonly current: boolean;
}

/** The devices whose token still means something, latest MFA first. */
export async function listTrustedDevices(
  db: Queryable,
  { userId, sessionId, limit }: { userId: string; sessionId: string | undefined; limit: number },
): Promise<TrustedDeviceRow[]> {
  const result = await db.query<TrustedDeviceRow>(
    `select d.id, d.name, d.created_at as "createdAt", d.last_mfa_at as "lastMfaAt",
       d.trusted_until as "trustedUntil", exists (
         select 1 from sessions s join sign_ins i on i.id = s.decision_id
         where s.id = $2 and s.user_id = d.user_id and i.facts ->> 'deviceKey' = d.device_key) as current
     from trusted_devices d where d.user_id = $1 and d.revoked_at is null and d.trusted_until > now()
     order by d.last_mfa_at desc, d.id limit $3`,
    [userId, sessionId ?? null, limit],
  );
  return result.rows;
}

/** Takes back the trust in one of a user's devices; false when there is none with this id. */
export async function revokeTrustedDevice(
  tx: PoolClient,
  { userId, deviceId }: { userId: string; deviceId: string },
): Promise<boolean> {
  const result = await tx.query(
    `update trusted_devices set revoked_at = now() where id = $1 and user_id = $2 and revoked_at is null`,
    [deviceId, userId],
  );
  return result.rowCount === 1;
}
