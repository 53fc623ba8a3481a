/**
 * Enrolment sessions of users who need MFA and have no method. A token is worth an account, so it comes only after
 * proof of the e-mail address, or at once for a known device with a low score.
 */
import { hasAnyMethod, type EnrolledMethods } from '../domain/session';
import { enrolledMethods } from './enrolled-methods';
import { firstRow, type Queryable } from './postgres';

const SESSION_MINUTES = 15;
export const ENROLLMENT_CODE_MINUTES = 10;
const MAX_EMAILS = 3;
const MAX_CODE_ATTEMPTS = 5;
export const ENROLLMENT_TOKEN_SECONDS = 600;

export interface NewEnrollmentSession {
  readonly idHash: string;
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
  /** Given at once: the hash of the token. */
  readonly tokenHash: string | undefined;
}

/** Opens a session; the same one again changes nothing. */
export async function insertEnrollmentSession(db: Queryable, session: NewEnrollmentSession): Promise<void> {
  await db.query(
    `insert into enrollment_sessions
       (id_hash, user_id, client_id, decision_id, expires_at, token_hash, token_expires_at)
     values ($1, $2, $3, $4, now() + make_interval(mins => $5), $6,
       case when $6::text is not null then now() + make_interval(secs => $7) end)
     on conflict (id_hash) do nothing`,
    [
      session.idHash,
      session.userId,
      session.clientId,
      session.decisionId,
      SESSION_MINUTES,
      session.tokenHash ?? null,
      ENROLLMENT_TOKEN_SECONDS,
    ],
  );
}

/** Stores a code to be mailed; `undefined` when the session is over, mailed out, or the user has no address. */
export async function setEnrollmentCode(
  db: Queryable,
  code: { idHash: string; digest: Buffer },
): Promise<{ userId: string; email: string } | undefined> {
  return firstRow(
    await db.query<{ userId: string; email: string }>(
      `update enrollment_sessions e
       set email_code_digest = $2, email_code_expires_at = now() + make_interval(mins => $3),
           emails_sent = emails_sent + 1
       from users u
       where e.id_hash = $1 and e.expires_at > now() and e.emails_sent < $4 and u.id = e.user_id
         and u.status = 'active' and u.email is not null
       returning u.id as "userId", u.email`,
      [code.idHash, code.digest, ENROLLMENT_CODE_MINUTES, MAX_EMAILS],
    ),
  );
}

/** Charges a try at the code before it is compared; `undefined` when none is left. */
export async function chargeEnrollmentCode(
  db: Queryable,
  idHash: string,
): Promise<{ digest: Buffer } | undefined> {
  return firstRow(
    await db.query<{ digest: Buffer }>(
      `update enrollment_sessions set attempts = attempts + 1
       where id_hash = $1 and expires_at > now() and attempts < $2
         and email_code_digest is not null and email_code_expires_at > now()
       returning email_code_digest as digest`,
      [idHash, MAX_CODE_ATTEMPTS],
    ),
  );
}

/** Spends the code and grants the token; false when another request was faster. */
export async function grantEnrollmentToken(
  db: Queryable,
  grant: { idHash: string; digest: Buffer; tokenHash: string },
): Promise<boolean> {
  const result = await db.query(
    `update enrollment_sessions
     set token_hash = $3, token_expires_at = now() + make_interval(secs => $4), email_code_digest = null
     where id_hash = $1 and email_code_digest = $2`,
    [grant.idHash, grant.digest, grant.tokenHash, ENROLLMENT_TOKEN_SECONDS],
  );
  return result.rowCount === 1;
}

/** The user whom a token lets enrol: active, in time, and still without any method. */
export async function findEnrollmentToken(
  db: Queryable,
  tokenHash: string,
): Promise<{ userId: string } | undefined> {
  const holder = firstRow(
    await db.query<{ userId: string; methods: EnrolledMethods }>(
      `select e.user_id as "userId", ${enrolledMethods('u.id')} as methods
       from enrollment_sessions e join users u on u.id = e.user_id
       where e.token_hash = $1 and e.token_expires_at > now() and u.status = 'active'`,
      [tokenHash],
    ),
  );
  return holder && !hasAnyMethod(holder.methods) ? { userId: holder.userId } : undefined;
}

/** Deletes enrolment sessions whose token cannot be good any more. */
export async function deletePastEnrollments(db: Queryable): Promise<void> {
  await db.query(`delete from enrollment_sessions where expires_at < now() - interval '1 hour'`);
}
