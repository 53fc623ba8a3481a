/**
 * MFA sessions and answers. Races are settled here: the attempt cap, the deadline and "verified once" are
 * conditions of single statements against the database's clock.
 */
import type { EndedState, MfaSessionState } from '../domain/session';
import { MAX_OPEN_SESSIONS_PER_USER, MFA_SESSION_SECONDS } from '../domain/session';
import type { Transaction } from '../domain/step-up/transaction';
import { MAX_SESSION_ATTEMPTS, type Lane } from '../domain/lockout';
import { firstRow, prepared, type Queryable } from './postgres';

export interface MfaSessionRow {
  readonly idHash: string;
  readonly purpose: 'sign-in' | 'step-up';
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
  readonly state: MfaSessionState;
  readonly attempts: number;
  readonly lane: Lane;
  /** Thumbprint of the DPoP key that it has to be finished with. */
  readonly dpopJkt: string | null;
  /** Epoch ms, database clock. */
  readonly expiresAt: number;
  /** Milliseconds to the deadline by the database's clock; negative afterwards. */
  readonly remainingMs: number;
}

const COLUMNS = `id_hash as "idHash", purpose, user_id as "userId", client_id as "clientId",
  decision_id as "decisionId", state, attempts, lane, dpop_jkt as "dpopJkt",
  (extract(epoch from expires_at) * 1000)::float8 as "expiresAt", (extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "remainingMs"`;

export async function findMfaSession(db: Queryable, idHash: string): Promise<MfaSessionRow | undefined> {
  return firstRow(
    await db.query<MfaSessionRow>(prepared(`select ${COLUMNS} from mfa_sessions where id_hash = $1`), [
      idHash,
    ]),
  );
}

/** Whether the user or the application of a session belongs to an organization. */
export async function isSessionOf(
  db: Queryable,
  { userId, clientId }: MfaSessionRow,
  organizationId: string,
): Promise<boolean> {
  const result = await db.query(
    `select 1 from users where id = $1 and organization_id = $3
     union all select 1 from applications where client_id = $2 and organization_id = $3`,
    [userId, clientId, organizationId],
  );
  return result.rowCount !== null && result.rowCount > 0;
}

export interface NewMfaSession {
  readonly idHash: string;
  readonly purpose: 'sign-in' | 'step-up';
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
  readonly lane: Lane;
}

/** Opens a session for 300 s and returns its deadline (epoch ms, database clock). */
export async function openMfaSession(db: Queryable, session: NewMfaSession): Promise<number> {
  const row = firstRow(
    await db.query<{ expiresAt: number }>(
      prepared(`insert into mfa_sessions (id_hash, purpose, user_id, client_id, decision_id, lane, expires_at)
       values ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7))
       returning (extract(epoch from expires_at) * 1000)::float8 as "expiresAt"`),
      [
        session.idHash,
        session.purpose,
        session.userId,
        session.clientId,
        session.decisionId,
        session.lane,
        MFA_SESSION_SECONDS,
      ],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.expiresAt;
}

/** Binds a session to a key, before anybody knows the session's secret. `false` when there is no such session. */
export async function bindMfaSession(db: Queryable, idHash: string, jkt: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'update mfa_sessions set dpop_jkt = $2 where id_hash = $1 and dpop_jkt is null',
    [idHash, jkt],
  );
  return rowCount === 1;
}

/** Keeps the transaction of a step-up as its user is shown it. `false` when there is no such session. */
export async function showTransaction(
  db: Queryable,
  idHash: string,
  transaction: Transaction,
): Promise<boolean> {
  const { rowCount } = await db.query(
    'update mfa_sessions set shown_transaction = $2 where id_hash = $1 and shown_transaction is null',
    [idHash, JSON.stringify(transaction)],
  );
  return rowCount === 1;
}

/** The transaction that a session is about, as it is shown; `undefined` when there is none. */
export async function findShownTransaction(db: Queryable, idHash: string): Promise<Transaction | undefined> {
  const row = firstRow(
    await db.query<{ transaction: Transaction | null }>(
      `select shown_transaction as transaction from mfa_sessions where id_hash = $1`,
      [idHash],
    ),
  );
  return row?.transaction ?? undefined;
}

/** Ends the user's oldest open sessions beyond the limit; returns the ended ones. */
export async function supersedeOldestSessions(db: Queryable, userId: string): Promise<MfaSessionRow[]> {
  const result = await db.query<MfaSessionRow>(
    prepared(`update mfa_sessions set state = 'superseded', ended_at = now()
     where state = 'pending' and id_hash in (
       select id_hash from mfa_sessions where user_id = $1 and state = 'pending'
       order by created_at desc, id_hash offset $2)
     returning ${COLUMNS}`),
    [userId, MAX_OPEN_SESSIONS_PER_USER],
  );
  return result.rows;
}

/** Users with more open sessions than they may have: of many sign-ins at the same moment, none sees the others. */
export async function findCrowdedUsers(db: Queryable, limit: number): Promise<string[]> {
  const result = await db.query<{ userId: string }>(
    `select user_id as "userId" from mfa_sessions where state = 'pending'
     group by user_id having count(*) > $1 limit $2`,
    [MAX_OPEN_SESSIONS_PER_USER, limit],
  );
  return result.rows.map((row) => row.userId);
}

/** Charges one try before the answer is looked at: pending, in time and below the cap, or `undefined`. */
export async function chargeSessionAttempt(
  db: Queryable,
  idHash: string,
): Promise<MfaSessionRow | undefined> {
  return firstRow(
    await db.query<MfaSessionRow>(
      prepared(`update mfa_sessions set attempts = attempts + 1
       where id_hash = $1 and state = 'pending' and attempts < $2 and clock_timestamp() < expires_at
       returning ${COLUMNS}`),
      [idHash, MAX_SESSION_ATTEMPTS],
    ),
  );
}

/** Ends a pending session when the named condition holds; `undefined` when it had ended or the condition fails. */
export async function endSession(
  db: Queryable,
  end: { idHash: string; state: EndedState; when: 'in-time' | 'overdue' | 'any-time' | 'cap-reached' },
): Promise<MfaSessionRow | undefined> {
  const condition = {
    'in-time': 'clock_timestamp() < expires_at',
    overdue: 'clock_timestamp() >= expires_at',
    'any-time': 'true',
    'cap-reached': `attempts >= ${MAX_SESSION_ATTEMPTS}`,
  }[end.when];
  return firstRow(
    await db.query<MfaSessionRow>(
      prepared(`update mfa_sessions set state = $2, ended_at = now()
       where id_hash = $1 and state = 'pending' and ${condition} returning ${COLUMNS}`),
      [end.idHash, end.state],
    ),
  );
}

/** Sessions whose deadline passed at least `graceSeconds` ago and that nobody ended: their workflow was lost. */
export async function findOverdueSessions(
  db: Queryable,
  graceSeconds: number,
  limit: number,
): Promise<string[]> {
  const result = await db.query<{ idHash: string }>(
    `select id_hash as "idHash" from mfa_sessions
     where state = 'pending' and expires_at < clock_timestamp() - make_interval(secs => $1)
     order by expires_at limit $2`,
    [graceSeconds, limit],
  );
  return result.rows.map((row) => row.idHash);
}
