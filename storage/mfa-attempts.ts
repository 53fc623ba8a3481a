/**
 * Answers, one row each. A re-run after a crash finds what was charged and what came out, so an answer is judged once.
 */
import { firstRow, prepared, type Queryable } from './postgres';

/** The lasting verdict on one answer. */
export type AttemptOutcome =
  | { readonly kind: 'verified'; readonly sessionId: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'closed' };

export interface AttemptRow {
  readonly attemptId: string;
  readonly sessionIdHash: string;
  readonly method: string;
  readonly digest: Buffer | null;
  readonly digestKeyId: string | null;
  /** What the answer says, of methods that have more to say than a digest; null once it is judged. */
  readonly evidence: unknown;
  readonly charged: boolean;
  readonly outcome: AttemptOutcome | null;
}

const COLUMNS = `attempt_id as "attemptId", session_id_hash as "sessionIdHash", method, digest,
  digest_key_id as "digestKeyId", evidence, charged, outcome`;

export async function findAttempt(db: Queryable, attemptId: string): Promise<AttemptRow | undefined> {
  return firstRow(
    await db.query<AttemptRow>(prepared(`select ${COLUMNS} from mfa_attempts where attempt_id = $1`), [
      attemptId,
    ]),
  );
}

/** Leaves an answer for the workflow to fetch (the Signal carries only its id). Ignored when the id exists. */
export async function submitAttempt(
  db: Queryable,
  attempt: { attemptId: string; sessionIdHash: string; method: string; digest: Buffer; digestKeyId: string },
): Promise<void> {
  await db.query(
    `insert into mfa_attempts (attempt_id, session_id_hash, method, digest, digest_key_id)
     values ($1, $2, $3, $4, $5) on conflict (attempt_id) do nothing`,
    [attempt.attemptId, attempt.sessionIdHash, attempt.method, attempt.digest, attempt.digestKeyId],
  );
}

/** Leaves what an answer says for the activity that judges it. Ignored when the attempt exists. */
export async function submitEvidence(
  db: Queryable,
  attempt: { attemptId: string; sessionIdHash: string; method: string; evidence: unknown },
): Promise<void> {
  await db.query(
    `insert into mfa_attempts (attempt_id, session_id_hash, method, evidence)
     values ($1, $2, $3, $4) on conflict (attempt_id) do nothing`,
    [attempt.attemptId, attempt.sessionIdHash, attempt.method, JSON.stringify(attempt.evidence)],
  );
}

/** Marks an answer as charged; false when it was charged before. */
export async function markAttemptCharged(
  db: Queryable,
  attempt: { attemptId: string; sessionIdHash: string; method: string },
): Promise<boolean> {
  const result = await db.query(
    prepared(`insert into mfa_attempts as a (attempt_id, session_id_hash, method, charged) values ($1, $2, $3, true)
     on conflict (attempt_id) do update set charged = true where not a.charged`),
    [attempt.attemptId, attempt.sessionIdHash, attempt.method],
  );
  return result.rowCount === 1;
}

/** Forgets what answers said that nobody judged: their sessions are over, and no key names them any more. */
export async function deleteStaleEvidence(db: Queryable): Promise<void> {
  await db.query(
    `update mfa_attempts set evidence = null
     where evidence is not null and created_at < now() - interval '15 minutes'`,
  );
}

/** Writes the verdict once, in the place of the evidence; a later one is ignored. */
export async function settleAttempt(
  db: Queryable,
  attempt: { attemptId: string; sessionIdHash: string; method: string; outcome: AttemptOutcome },
): Promise<void> {
  await db.query(
    prepared(`insert into mfa_attempts as a (attempt_id, session_id_hash, method, outcome) values ($1, $2, $3, $4)
     on conflict (attempt_id) do update set outcome = excluded.outcome, evidence = null where a.outcome is null`),
    [attempt.attemptId, attempt.sessionIdHash, attempt.method, JSON.stringify(attempt.outcome)],
  );
}
