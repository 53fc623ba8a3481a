/** The answer of a stored decision, for a re-run of its activity. */
import { decidedAnswer } from '../domain/decision-answer';
import { findMfaSession } from '../storage/mfa-sessions';
import type { Pool } from '../storage/postgres';
import type { StoredDecision } from '../storage/sign-ins';
import type { DecisionAnswer } from '../workflows/messages';

/** Reads the deadline of an open challenge and answers. */
export async function answerFrom(pool: Pool, stored: StoredDecision): Promise<DecisionAnswer> {
  const isChallenged = stored.outcome === 'challenge' && stored.enrollment === 'none';
  const session = isChallenged ? await findMfaSession(pool, stored.sessionIdHash) : undefined;
  return decidedAnswer(stored, session?.expiresAt) ?? { kind: 'abandoned' };
}
