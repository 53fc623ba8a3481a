/**
 * Judges one TOTP answer: charge the try (own transaction) → compare → complete or refuse (one transaction).
 * A re-run with the same attempt id continues where the first run stopped and never charges twice.
 */
import { candidateCodes } from '../domain/credentials/totp';
import type { EndedState } from '../domain/session';
import { digestCode } from '../runtime/code-digest';
import { digestsEqual, type KeyRing } from '../runtime/keys';
import { openSeed } from '../runtime/totp-seed';
import { chargeGuard } from '../storage/guards';
import {
  findAttempt,
  markAttemptCharged,
  settleAttempt,
  type AttemptOutcome,
  type AttemptRow,
} from '../storage/mfa-attempts';
import { chargeSessionAttempt, findMfaSession, type MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction, type Pool } from '../storage/postgres';
import { loadActiveTotp } from '../storage/totp-authenticators';
import type { AnswerResult, SubmittedAnswer } from '../workflows/messages';
import { completeSignIn, type Completion } from './complete-sign-in';
import type { ActivityDeps } from './deps';
import { refuseAnswer } from './refuse-answer';

export interface VerifyTotpQuery {
  readonly sessionIdHash: string;
  readonly deviceKey: string;
  readonly attemptId: string;
  /** Absent when it came by Signal: the digest lies in `mfa_attempts`. */
  readonly answer?: SubmittedAnswer | undefined;
}

export interface Verdict {
  readonly result: AnswerResult;
  readonly sessionEnded: EndedState | undefined;
}

interface Evidence {
  readonly digest: Buffer;
  readonly keyId: string;
}

/** Makes the activity. Throws when a store fails; a spent code and its verified session commit together or not at all. */
export function createVerifyTotp(deps: ActivityDeps) {
  const { pool, keys } = deps;
  return async function verifyTotp(query: VerifyTotpQuery): Promise<Verdict> {
    const attempt = await findAttempt(pool, query.attemptId);
    if (attempt && attempt.sessionIdHash !== query.sessionIdHash)
      return { result: { kind: 'wrong' }, sessionEnded: undefined };
    if (attempt?.outcome) return verdictOf(attempt.outcome);
    const evidence = evidenceOf(query, attempt);
    // A Signal for an answer that does not exist: nothing to look at, nothing charged.
    if (!evidence) return { result: { kind: 'wrong' }, sessionEnded: undefined };

    const charge = attempt?.charged ? await continueCharged(pool, query) : await chargeTry(pool, query);
    if (charge.kind === 'refused') return verdictOf(charge.outcome, charge.state);
    const match = await matchCode(deps, charge.session, evidence);
    if (!match) return verdictOf(await refuseAnswer(deps, charge.session, query.attemptId));
    const completion: Completion = { ...query, session: charge.session, ...match };
    return verdictOf(await completeSignIn(deps, completion));
  };

  function evidenceOf(query: VerifyTotpQuery, attempt: AttemptRow | undefined): Evidence | undefined {
    if (query.answer) {
      const { digest, digestKeyId } = query.answer;
      return { digest: Buffer.from(digest, 'base64url'), keyId: digestKeyId };
    }
    if (!attempt?.digest) return undefined;
    return { digest: attempt.digest, keyId: attempt.digestKeyId ?? keys.currentId };
  }
}

type Charge =
  | { readonly kind: 'charged'; readonly session: MfaSessionRow }
  | { readonly kind: 'refused'; readonly outcome: AttemptOutcome; readonly state?: EndedState };

/** Thrown inside the charging transaction to take the guard's charge back. */
class SessionClosed extends Error {}

/** Charges account guard and session together: both, or neither. */
async function chargeTry(pool: Pool, query: VerifyTotpQuery): Promise<Charge> {
  const { attemptId, sessionIdHash } = query;
  const known = await findMfaSession(pool, sessionIdHash);
  if (!known) return { kind: 'refused', outcome: { kind: 'closed' } };
  try {
    return await inTransaction(pool, async (tx): Promise<Charge> => {
      const guard = await chargeGuard(tx, known.userId, known.lane);
      if (guard.kind === 'lane_closed') return throttled(3_600);
      if (guard.kind === 'throttled') return throttled(guard.retryAfterSeconds);
      const session = await chargeSessionAttempt(tx, sessionIdHash);
      // The attempt row settles two runs of this activity racing: the second charges nothing.
      if (!session || !(await markAttemptCharged(tx, { attemptId, sessionIdHash, method: 'totp' })))
        throw new SessionClosed();
      return { kind: 'charged', session };
    });
  } catch (error) {
    if (!(error instanceof SessionClosed)) throw error;
    return continueCharged(pool, query);
  }
}

function throttled(retryAfterSeconds: number): Charge {
  return { kind: 'refused', outcome: { kind: 'throttled', retryAfterSeconds } };
}

/** Goes on with a charged attempt while its session is open. */
async function continueCharged(pool: Pool, { sessionIdHash, attemptId }: VerifyTotpQuery): Promise<Charge> {
  const session = await findMfaSession(pool, sessionIdHash);
  const attempt = await findAttempt(pool, attemptId);
  if (attempt?.outcome) return { kind: 'refused', outcome: attempt.outcome };
  if (session?.state === 'pending' && attempt?.charged) return { kind: 'charged', session };
  const outcome: AttemptOutcome = { kind: 'closed' };
  if (session) await settleAttempt(pool, { attemptId, sessionIdHash, method: 'totp', outcome });
  return {
    kind: 'refused',
    outcome,
    ...(session && session.state !== 'pending' && { state: session.state }),
  };
}

/** The authenticator and time step whose code was typed, or `undefined`. Seeds never leave this function. */
async function matchCode(
  { pool, keys }: { pool: Pool; keys: KeyRing },
  session: MfaSessionRow,
  evidence: Evidence,
): Promise<{ authenticatorId: string; step: number } | undefined> {
  for (const totp of await loadActiveTotp(pool, session.userId)) {
    const seed = openSeed(keys, totp);
    for (const { step, code } of candidateCodes(seed, totp.now, totp.lastStep)) {
      const answer = { sessionIdHash: session.idHash, method: 'totp', code };
      const expected = digestCode(keys, answer, evidence.keyId);
      if (digestsEqual(expected.digest, evidence.digest)) return { authenticatorId: totp.id, step };
    }
  }
  return undefined;
}

function verdictOf(outcome: AttemptOutcome | { readonly kind: 'unavailable' }, state?: EndedState): Verdict {
  switch (outcome.kind) {
    case 'verified':
      return { result: { kind: 'verified', sessionId: outcome.sessionId }, sessionEnded: 'verified' };
    case 'wrong':
      return { result: { kind: 'wrong' }, sessionEnded: undefined };
    case 'dead':
      return { result: { kind: 'wrong' }, sessionEnded: 'dead' };
    case 'unavailable':
    case 'throttled':
      return { result: outcome, sessionEnded: undefined };
    case 'closed':
      return { result: { kind: 'ended' }, sessionEnded: state };
  }
}
