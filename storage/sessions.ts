/** Application sessions, proofs of MFA, and trusted devices. */
import type { SessionId } from '../domain/ids';
import { TRUST_SECONDS } from '../domain/session';
import { firstRow, type Queryable } from './postgres';

export interface NewSession {
  readonly id: SessionId;
  readonly userId: string;
  readonly clientId: string;
  readonly externalId: string | undefined;
  readonly decisionId: string;
}

/** Opens the session of a completed sign-in; a decision opens at most one. */
export async function insertSession(db: Queryable, session: NewSession): Promise<void> {
  await db.query(
    `insert into sessions (id, user_id, client_id, external_id, decision_id) values ($1, $2, $3, $4, $5)`,
    [session.id, session.userId, session.clientId, session.externalId ?? null, session.decisionId],
  );
}

export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
  readonly createdAt: Date;
  readonly revoked: boolean;
  readonly userActive: boolean;
  readonly firstFactor: string;
  /** It began with our own password check. */
  readonly issuesToken: boolean;
  /** The newest proof of MFA in the session. */
  readonly proofAt: Date | null;
  readonly amr: readonly string[] | null;
}

/** A session with its newest proof, or `undefined`. */
export async function findSession(db: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  return firstRow(
    await db.query<SessionRow>(
      `select s.id, s.user_id as "userId", s.client_id as "clientId", s.decision_id as "decisionId",
         s.created_at as "createdAt", s.revoked_at is not null as revoked, u.status = 'active' as "userActive",
         i.first_factor as "firstFactor", i.issues_token as "issuesToken", p.at as "proofAt", p.amr
       from sessions s
       join users u on u.id = s.user_id
       join sign_ins i on i.id = s.decision_id
       left join lateral (select at, amr from proofs where session_id = s.id order by at desc limit 1) p on true
       where s.id = $1`,
      [sessionId],
    ),
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
      `insert into proofs (user_id, client_id, session_id, at, amr, decision_id) values ($1, $2, $3, now(), $4, $5)
       returning (extract(epoch from at) * 1000)::float8 as at`,
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
      `with replaced as (
         update trusted_devices set revoked_at = now()
         where user_id = $2 and device_key = $3 and revoked_at is null and token_hash <> $4
       )
       insert into trusted_devices (id, user_id, device_key, token_hash, name, last_mfa_at, trusted_until)
       values ($1, $2, $3, $4, $5, now(), now() + make_interval(secs => $6))
       returning (extract(epoch from trusted_until) * 1000)::float8 as "trustedUntil"`,
      [device.id, device.userId, device.deviceKey, device.tokenHash, device.name, TRUST_SECONDS],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.trustedUntil;
}

export interface MfaStatusRow {
  readonly totp: boolean;
  readonly trustedDevices: number;
  readonly lastMfaAt: Date | null;
}

/** What `GET /mfa/status` tells of a user. */
export async function readMfaStatus(db: Queryable, userId: string): Promise<MfaStatusRow> {
  const row = firstRow(
    await db.query<MfaStatusRow>(
      `select exists (select 1 from totp_authenticators where user_id = $1 and state = 'active') as totp,
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
      `select trusted_until as "trustedUntil" from trusted_devices where token_hash = $1 and revoked_at is null`,
      [tokenHash],
    ),
  );
}

/** Revokes a session; a revoked one stays revoked. */
export async function revokeSession(db: Queryable, sessionId: string): Promise<void> {
  await db.query(`update sessions set revoked_at = now() where id = $1 and revoked_at is null`, [sessionId]);
}

export interface LiveSession {
  readonly id: string;
  readonly clientId: string;
  readonly createdAt: Date;
  readonly lastMfaAt: Date | null;
}

/** A user's live sessions, newest first. */
export async function listLiveSessions(db: Queryable, userId: string, limit: number): Promise<LiveSession[]> {
  const result = await db.query<LiveSession>(
    `select s.id, s.client_id as "clientId", s.created_at as "createdAt",
       (select max(at) from proofs p where p.session_id = s.id) as "lastMfaAt"
     from sessions s where s.user_id = $1 and s.revoked_at is null order by s.created_at desc, s.id limit $2`,
    [userId, limit],
  );
  return result.rows;
}

/** Revokes a session of a user; false when there is no live one with that id. */
export async function revokeOwnSession(db: Queryable, userId: string, sessionId: string): Promise<boolean> {
  const result = await db.query(
    `update sessions set revoked_at = now() where id = $1 and user_id = $2 and revoked_at is null`,
    [sessionId, userId],
  );
  return result.rowCount === 1;
}
