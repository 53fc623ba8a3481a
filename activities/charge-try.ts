/** Charges a try before an answer is looked at, so that parallel guesses cannot outrun the guards. */
import type { EndedState, Method } from '../domain/session';
import { chargeGuard } from '../storage/guards';
import { findAttempt, markAttemptCharged, settleAttempt, type AttemptOutcome } from '../storage/mfa-attempts';
import { chargeSessionAttempt, findMfaSession, type MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction, type Pool } from '../storage/postgres';

/** One answer to one session. */
export interface Try {
  readonly attemptId: string;
  readonly sessionIdHash: string;
  readonly method: Method;
}

export type Charge =
  | { readonly kind: 'charged'; readonly session: MfaSessionRow }
  | { readonly kind: 'refused'; readonly outcome: AttemptOutcome; readonly state?: EndedState };

/** Thrown inside the charging transaction to take the guard's charge back. */
class SessionClosed extends Error {}

/** Charges account guard and session together: both, or neither. All methods share them: changing it gives no more tries. */
export async function chargeTry(pool: Pool, answer: Try): Promise<Charge> {
  const known = await findMfaSession(pool, answer.sessionIdHash);
  if (!known) return { kind: 'refused', outcome: { kind: 'closed' } };
  try {
    return await inTransaction(pool, async (tx): Promise<Charge> => {
      const guard = await chargeGuard(tx, known.userId, known.lane);
      if (guard.kind === 'lane_closed') return throttled(3_600);
      if (guard.kind === 'throttled') return throttled(guard.retryAfterSeconds);
      const session = await chargeSessionAttempt(tx, answer.sessionIdHash);
      // The attempt row settles two runs of this activity racing: the second charges nothing.
      if (!session || !(await markAttemptCharged(tx, answer))) throw new SessionClosed();
      return { kind: 'charged', session };
    });
  } catch (error) {
    if (!(error instanceof SessionClosed)) throw error;
    return continueCharged(pool, answer);
  }
}

function throttled(retryAfterSeconds: number): Charge {
  return { kind: 'refused', outcome: { kind: 'throttled', retryAfterSeconds } };
}

/** Goes on with a charged attempt while its session is open. */
export async function continueCharged(pool: Pool, answer: Try): Promise<Charge> {
  const session = await findMfaSession(pool, answer.sessionIdHash);
  const attempt = await findAttempt(pool, answer.attemptId);
  if (attempt?.outcome) return { kind: 'refused', outcome: attempt.outcome };
  if (session?.state === 'pending' && attempt?.charged) return { kind: 'charged', session };
  const outcome: AttemptOutcome = { kind: 'closed' };
  if (session) await settleAttempt(pool, { ...answer, outcome });
  return {
    kind: 'refused',
    outcome,
    ...(session && session.state !== 'pending' && { state: session.state }),
  };
}
