/** Sessions as requests see them: looked up by our id or by the caller's, or listed. */
import { firstRow, prepared, type Queryable } from './postgres';

export interface SessionRow {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
  readonly createdAt: Date;
  /** The latest instant at which it ends by itself. */
  readonly expiresAt: Date;
  /** Neither ended nor past a limit. */
  readonly live: boolean;
  readonly userActive: boolean;
  readonly firstFactor: string;
  /** It began with our own password check. */
  readonly issuesToken: boolean;
  /** The newest proof of MFA in the session that still counts. */
  readonly proofAt: Date | null;
  /** Its age in milliseconds by the database's clock. */
  readonly proofAgeMs: number | null;
  readonly amr: readonly string[] | null;
  /** Fresh proof is demanded before anything else. */
  readonly stepUpRequired: boolean;
}

const SELECT = `select s.id, s.user_id as "userId", s.client_id as "clientId", s.decision_id as "decisionId",
    s.created_at as "createdAt", s.expires_at as "expiresAt", session_is_live(s) as live,
    u.status = 'active' as "userActive", i.first_factor as "firstFactor", i.issues_token as "issuesToken",
    p.at as "proofAt", (extract(epoch from clock_timestamp() - p.at) * 1000)::float8 as "proofAgeMs", p.amr, (s.step_up_after is not null and p.at is null) as "stepUpRequired"
  from sessions s
  join users u on u.id = s.user_id
  join sign_ins i on i.id = s.decision_id
  left join lateral (
    select at, amr from proofs where session_id = s.id and at > coalesce(s.step_up_after, '-infinity')
    order by at desc limit 1
  ) p on true`;

/** A session with its newest proof, or `undefined`. */
export async function findSession(db: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  return firstRow(await db.query<SessionRow>(prepared(`${SELECT} where s.id = $1`), [sessionId]));
}

/** The same for a request of the user: the session is marked as in use (once a minute), judged as it was before. */
export async function useSession(db: Queryable, sessionId: string): Promise<SessionRow | undefined> {
  return firstRow(
    await db.query<SessionRow>(
      prepared(`with seen as (
         update sessions s set last_seen_at = now()
         where s.id = $1 and session_is_live(s) and s.last_seen_at < now() - interval '1 minute')
       ${SELECT} where s.id = $1`),
      [sessionId],
    ),
  );
}

/**
 * The newest live session that an application opened under its own id, for the user whom it knows by that external id.
 * Users count within the application's organization only, and the application must be in force.
 */
export async function findExternalSession(
  db: Queryable,
  external: { subject: string; sessionId: string; clientId: string },
): Promise<SessionRow | undefined> {
  return firstRow(
    await db.query<SessionRow>(
      `${SELECT}
       join applications a on a.client_id = s.client_id and a.organization_id = u.organization_id and a.active
       join organizations o on o.id = a.organization_id and not o.suspended
       where s.client_id = $1 and s.external_id = $2 and u.external_id = $3 and session_is_live(s)
       order by s.created_at desc, s.id limit 1`,
      [external.clientId, external.sessionId, external.subject],
    ),
  );
}

/** A user's live sessions, newest first. */
export async function listLiveSessions(db: Queryable, userId: string, limit: number): Promise<SessionRow[]> {
  const result = await db.query<SessionRow>(
    `${SELECT} where s.user_id = $1 and session_is_live(s) order by s.created_at desc, s.id limit $2`,
    [userId, limit],
  );
  return result.rows;
}
