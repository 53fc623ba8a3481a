/** Application sessions, proofs of MFA, and trusted devices. */
import type { SessionId } from '../domain/ids';
import { TRUST_SECONDS, type EnrolledMethods } from '../domain/session';
import { enrolledMethods } from './enrolled-methods';
import { firstRow, prepared, type Queryable } from './postgres';

export interface NewSession {
  readonly id: SessionId;
  readonly userId: string;
  readonly clientId: string;
  readonly externalId: string | undefined;
  readonly decisionId: string;
  /** The version of the application's policy that let it begin. */
  readonly policyVersion: number;
  readonly maxSeconds: number;
  readonly idleSeconds: number | null;
}

/** Live sessions that a user may have; the oldest make room. */
const MAX_LIVE_SESSIONS_PER_USER = 100;

/** Opens the session of a completed sign-in; a decision opens at most one. */
export async function insertSession(db: Queryable, session: NewSession): Promise<void> {
  await db.query(
    prepared(`with room as (
       update sessions set revoked_at = now(), revoked_reason = 'superseded'
       where id in (select id from sessions where user_id = $2 and revoked_at is null and expires_at > now()
         order by created_at desc, id offset $9)
     )
     insert into sessions
       (id, user_id, client_id, external_id, decision_id, policy_version, expires_at, idle_seconds)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8)`),
    [
      session.id,
      session.userId,
      session.clientId,
      session.externalId ?? null,
      session.decisionId,
      session.policyVersion,
      session.maxSeconds,
      session.idleSeconds,
      MAX_LIVE_SESSIONS_PER_USER - 1,
    ],
  );
}

export interface NewProof {
  readonly userId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly amr: readonly string[];
  readonly decisionId: string;
}

/** Records that the user proved a factor in a session now; returns when (epoch ms). */
export async function insertProof(db: Queryable, proof: NewProof): Promise<number> {
  const row = firstRow(
    await db.query<{ at: number }>(
      prepared(`insert into proofs (user_id, client_id, session_id, at, amr, decision_id) values ($1, $2, $3, now(), $4, $5)
       returning (extract(epoch from at) * 1000)::float8 as at`),
      [proof.userId, proof.clientId, proof.sessionId, proof.amr, proof.decisionId],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.at;
}

export interface NewTrustedDevice {
  readonly id: string;
  readonly userId: string;
  readonly deviceKey: string;
  readonly tokenHash: string;
  readonly name: string;
}

/**
 * Trusts a device for 30 days from now. An earlier token of the same user and device stops working,
 * so a copied old token dies with the owner's next MFA. Returns the end of trust (epoch ms).
 */
export async function trustDevice(db: Queryable, device: NewTrustedDevice): Promise<number> {
  const row = firstRow(
    await db.query<{ trustedUntil: number }>(
      prepared(`with replaced as (
         update trusted_devices set revoked_at = now()
         where user_id = $2 and device_key = $3 and revoked_at is null and token_hash <> $4
       )
       insert into trusted_devices (id, user_id, device_key, token_hash, name, last_mfa_at, trusted_until)
       values ($1, $2, $3, $4, $5, now(), now() + make_interval(secs => $6))
       returning (extract(epoch from trusted_until) * 1000)::float8 as "trustedUntil"`),
      [device.id, device.userId, device.deviceKey, device.tokenHash, device.name, TRUST_SECONDS],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.trustedUntil;
}

/** Takes back the trust in a device of a user, whatever its token. */
export async function revokeDeviceTrust(
  db: Queryable,
  { userId, deviceKey }: { userId: string; deviceKey: string },
): Promise<void> {
  await db.query(
    `update trusted_devices set revoked_at = now() where user_id = $1 and device_key = $2 and revoked_at is null`,
    [userId, deviceKey],
  );
}

/** Takes back the trust in every device of a user. */
export async function revokeEveryDeviceTrust(db: Queryable, userId: string): Promise<void> {
  await db.query(`update trusted_devices set revoked_at = now() where user_id = $1 and revoked_at is null`, [
    userId,
  ]);
}

export interface MfaStatusRow {
  readonly methods: EnrolledMethods;
  readonly backupCodesLeft: number;
  readonly trustedDevices: number;
  readonly lastMfaAt: Date | null;
}

/** What `GET /mfa/status` tells of a user. */
export async function readMfaStatus(db: Queryable, userId: string): Promise<MfaStatusRow> {
  const row = firstRow(
    await db.query<MfaStatusRow>(
      `select ${enrolledMethods('$1')} as methods,
         (select count(*) from backup_codes where user_id = $1 and used_at is null)::int as "backupCodesLeft",
         (select count(*) from trusted_devices
           where user_id = $1 and revoked_at is null and trusted_until > now())::int as "trustedDevices",
         (select max(at) from proofs where user_id = $1) as "lastMfaAt"`,
      [userId],
    ),
  );
  if (!row) throw new Error('status query returned no row');
  return row;
}

/** The trust that a device token of a user carries, for the answer to a verified sign-in. */
export async function findTrustedDevice(
  db: Queryable,
  tokenHash: string,
): Promise<{ trustedUntil: Date } | undefined> {
  return firstRow(
    await db.query<{ trustedUntil: Date }>(
      prepared(
        `select trusted_until as "trustedUntil" from trusted_devices where token_hash = $1 and revoked_at is null`,
      ),
      [tokenHash],
    ),
  );
}

/** Deletes sessions that ended `days` ago or earlier, with their proofs; a few thousand at a time. */
export async function deletePastSessions(db: Queryable, days: number): Promise<void> {
  await db.query(
    `delete from sessions where id in (
       select id from sessions where expires_at < now() - make_interval(days => $1) limit 2000)`,
    [days],
  );
}
