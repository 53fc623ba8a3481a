/**
 * One sign-in, top to bottom: look up the policy, assess the risk, record the decision, and, when challenged,
 * wait for the proof.
 */
import {
  CancellationScope,
  proxyLocalActivities,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { DecidedAnswer } from '../domain/decision-answer';
import { DECIDING, decisionText, ENDINGS, SUMMARIES } from '../domain/flow-texts';
import { DECISION_RECORD, SETTLEMENT, sideEffects } from './activity-options';
import { assertRiskSubject, end, listen } from './conversation';
import { decide } from './deciding';
import type { SignInInput, SignInResult } from './messages';
import { awaitProofOrCancel, closeInbox } from './mfa-session';
import { searchAttributesOf } from './search-attributes';

const { recordDecision } = proxyLocalActivities<Activities>({
  ...DECISION_RECORD,
  summary: SUMMARIES.recordDecision,
});

/** The sign-in workflow. Its decision is the answer of the `decision` Update; its result says how it ended. */
export async function signIn(input: SignInInput): Promise<SignInResult> {
  const conversation = listen();
  assertRiskSubject(input);
  setCurrentDetails(DECIDING);

  // Cancelling ends the waiting, never a decision half-way: nobody could tell then what was recorded.
  const decision = await CancellationScope.nonCancellable(() =>
    decide(input, (grounds) => recordDecision({ input, ...grounds })),
  );
  conversation.decision = decision;
  if (decision.kind !== 'decided') {
    await closeInbox(conversation.inbox);
    const { recordAbandoned } = sideEffects(SETTLEMENT, SUMMARIES.recordAbandoned);
    await CancellationScope.nonCancellable(() => recordAbandoned({ input }));
    return end(decision.kind, ENDINGS[decision.kind]);
  }
  upsertSearchAttributes(searchAttributesOf(input.clientId, decision));
  const facts = { clientId: input.clientId, ...decision };
  if (decision.expiresAt === undefined) {
    await closeInbox(conversation.inbox);
    const outcome = outcomeWithoutChallenge(decision);
    return end(outcome, decisionText(facts, outcome));
  }
  setCurrentDetails(decisionText(facts, 'waiting'));
  const outcome = await awaitProofOrCancel(input, decision.expiresAt, conversation.inbox);
  await closeInbox(conversation.inbox);
  return end(outcome, decisionText(facts, outcome));
}

function outcomeWithoutChallenge(answer: DecidedAnswer): 'allowed' | 'blocked' | 'refused' {
  if (answer.outcome === 'allow') return 'allowed';
  return answer.outcome === 'block' ? 'blocked' : 'refused';
}
