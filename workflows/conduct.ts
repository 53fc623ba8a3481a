/**
 * One decision and what follows from it, top to bottom: look up the policy, assess the risk, record; when challenged,
 * wait for the proof. Sign-in and step-up differ in what they record and in what "allow" is called.
 */
import { CancellationScope, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { DecidedAnswer } from '../domain/decision-answer';
import { DECIDING, decisionText, ENDINGS, SUMMARIES } from '../domain/flow-texts';
import { SETTLEMENT, sideEffects } from './activity-options';
import { assertRiskSubject, end, listen } from './conversation';
import { decide, type Grounds } from './deciding';
import type { DecisionAnswer, RiskSubject, SignInResult } from './messages';
import { awaitProofOrCancel, closeInbox } from './mfa-session';
import { searchAttributesOf } from './search-attributes';

export interface Plan {
  /** Records the decision; whatever it answers is what counts. */
  record(grounds: Grounds): Promise<DecisionAnswer | { kind: 'policy_changed' }>;
  /** How an allowed one is said to have ended. */
  readonly allowed: 'allowed' | 'approved';
}

/** Conducts a sign-in or step-up. The decision is the answer of the `decision` Update; the result says how it ended. */
export async function conduct(input: RiskSubject, plan: Plan): Promise<SignInResult> {
  const conversation = listen();
  assertRiskSubject(input);
  setCurrentDetails(DECIDING);

  // Cancelling ends the waiting, never a decision half-way: nobody could tell then what was recorded.
  const made = await CancellationScope.nonCancellable(() => decide(input, (grounds) => plan.record(grounds)));
  const decision = made.kind === 'decided' ? made : await settle(made, input);
  conversation.decision = decision;
  if (decision.kind !== 'decided') {
    await closeInbox(conversation.inbox);
    return end(decision.kind, ENDINGS[decision.kind]);
  }
  upsertSearchAttributes(searchAttributesOf(input.clientId, decision));
  const facts = { clientId: input.clientId, ...decision };
  if (decision.expiresAt === undefined) {
    await closeInbox(conversation.inbox);
    const outcome = outcomeWithoutChallenge(decision, plan);
    return end(outcome, decisionText(facts, outcome));
  }
  setCurrentDetails(decisionText(facts, 'waiting'));
  const outcome = await awaitProofOrCancel(input, decision.expiresAt, conversation.inbox);
  await closeInbox(conversation.inbox);
  return end(outcome, decisionText(facts, outcome));
}

/**
 * Closes an attempt without a decision in the store before anybody hears that there is none: a transaction that is
 * still under way then finds its row taken. One that committed rules; only word of it was lost.
 */
async function settle(made: DecisionAnswer, input: RiskSubject): Promise<DecisionAnswer> {
  const { recordAbandoned } = sideEffects(SETTLEMENT, SUMMARIES.recordAbandoned);
  const stored = await CancellationScope.nonCancellable(() => recordAbandoned({ input }));
  return stored.kind === 'decided' ? stored : made;
}

function outcomeWithoutChallenge({ outcome }: DecidedAnswer, { allowed }: Plan) {
  if (outcome === 'allow') return allowed;
  return outcome === 'block' ? 'blocked' : 'refused';
}
