/**
 * Judges one answer, whatever its factor: charge the try (own transaction) → compare → complete or refuse (one
 * transaction). A re-run with the same attempt id continues where the first run stopped and never charges twice.
 */
import type { EndedState } from '../domain/session';
import { findAttempt, type AttemptOutcome } from '../storage/mfa-attempts';
import type { AnswerResult, SubmittedAnswer } from '../workflows/messages';
import { chargeTry, continueCharged, type Try } from './charge-try';
import { completeSignIn } from './complete-sign-in';
import type { ActivityDeps } from './deps';
import type { AnswerQuery, Factor } from './factor';
import { refuseAnswer } from './refuse-answer';

export interface Verdict {
  readonly result: AnswerResult;
  readonly sessionEnded: EndedState | undefined;
}

/** Nothing was looked at and nothing charged. */
const NOTHING_TO_JUDGE: Verdict = { result: { kind: 'wrong' }, sessionEnded: undefined };

/**
 * Makes the verification of a factor. Throws when a store fails; a spent answer and its verified session commit
 * together or not at all. What was committed is announced to a request that waits in this process.
 */
export function createJudge<Answer extends SubmittedAnswer, Evidence>(
  deps: ActivityDeps,
  factor: Factor<Answer, Evidence>,
) {
  const judge = judgeOf(deps, factor);
  return async (query: AnswerQuery<Answer>): Promise<Verdict> => {
    const verdict = await judge(query);
    if (verdict !== NOTHING_TO_JUDGE) deps.commits.verdicts.announce(query.attemptId, verdict.result);
    return verdict;
  };
}

function judgeOf<Answer extends SubmittedAnswer, Evidence>(
  deps: ActivityDeps,
  factor: Factor<Answer, Evidence>,
) {
  const { pool } = deps;
  const { method } = factor;
  return async (query: AnswerQuery<Answer>): Promise<Verdict> => {
    const { attemptId, sessionIdHash } = query;
    const answer: Try = { attemptId, sessionIdHash, method };
    const attempt = await findAttempt(pool, attemptId);
    // Somebody else's attempt, or one of another method: an outcome is told only where it belongs.
    if (attempt && (attempt.sessionIdHash !== sessionIdHash || attempt.method !== method))
      return NOTHING_TO_JUDGE;
    if (attempt?.outcome) return verdictOf(attempt.outcome);
    const evidence = factor.evidenceOf(query, attempt);
    // A Signal for an answer that does not exist.
    if (evidence === undefined) return NOTHING_TO_JUDGE;

    const charge = attempt?.charged ? await continueCharged(pool, answer) : await chargeTry(pool, answer);
    if (charge.kind === 'refused') return verdictOf(charge.outcome, charge.state);
    const { session } = charge;
    const proof = await factor.match(session, evidence);
    if (!proof) return verdictOf(await refuseAnswer(deps, session, answer));
    return verdictOf(await completeSignIn(deps, { ...query, session, proof }));
  };
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
