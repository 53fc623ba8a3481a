/** What a stored decision answers to its caller. */
import { findMfaSession } from '../storage/mfa-sessions';
import type { Pool } from '../storage/postgres';
import type { StoredDecision } from '../storage/sign-ins';
import type { DecisionAnswer } from '../workflows/messages';

/** The answer of a stored decision, for a re-run and for retries of the request. */
export async function answerFrom(pool: Pool, stored: StoredDecision): Promise<DecisionAnswer> {
  if (stored.outcome === 'none') return { kind: 'abandoned' };
  const session =
    stored.outcome === 'challenge' && stored.enrollment === 'none'
      ? await findMfaSession(pool, stored.sessionIdHash)
      : undefined;
  return decidedAnswer(stored, session?.expiresAt);
}

/** The same, when the challenge's deadline is at hand. */
export function decidedAnswer(stored: StoredDecision, expiresAt: number | undefined): DecisionAnswer {
  if (stored.outcome === 'none') return { kind: 'abandoned' };
  const { outcome, policy, reason, riskScore, enrollment, methods, sessionId } = stored;
  return {
    kind: 'decided',
    decisionId: stored.id,
    outcome,
    policy,
    reason,
    riskScore,
    enrollment,
    methods,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(outcome === 'allow' && sessionId !== null && { sessionId }),
  };
}
