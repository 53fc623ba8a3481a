/**
 * One step-up, top to bottom: the same look at policy and risk as a sign-in, a decision on the age of the last proof
 * in this very session, and, when that is not enough, a fresh proof. Auto-approved ones are workflows too.
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
import type { SignInResult, StepUpInput } from './messages';
import { awaitProofOrCancel, closeInbox } from './mfa-session';
import { searchAttributesOf } from './search-attributes';

const { recordStepUp } = proxyLocalActivities<Activities>({
  ...DECISION_RECORD,
  summary: SUMMARIES.recordStepUp,
});

/** The step-up workflow. Its decision is the answer of the `decision` Update; its result says how it ended. */
export async function stepUp(input: StepUpInput): Promise<SignInResult> {
  const conversation = listen();
  assertRiskSubject(input);
  setCurrentDetails(DECIDING);

  const decision = await CancellationScope.nonCancellable(() =>
    decide(input, (grounds) => recordStepUp({ input, ...grounds })),
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

function outcomeWithoutChallenge(answer: DecidedAnswer): 'approved' | 'blocked' | 'refused' {
  if (answer.outcome === 'allow') return 'approved';
  return answer.outcome === 'block' ? 'blocked' : 'refused';
}
