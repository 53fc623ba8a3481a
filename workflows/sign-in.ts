/**
 * One sign-in, top to bottom: look up the policy, assess the risk, record the decision, and, when challenged,
 * wait for the proof. What cannot be known becomes a challenge; what cannot be recorded lets nobody in.
 */
import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  condition,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Activities, PolicySnapshot } from '../activities';
import type { DecidedAnswer } from '../domain/decision-answer';
import { DECIDING, decisionText, ENDINGS, SUMMARIES } from '../domain/flow-texts';
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import type { EndedState } from '../domain/session';
import {
  DECISION_RECORD,
  POLICY_LOOK_UP,
  RISK_ASSESSMENT,
  SETTLEMENT,
  sideEffects,
} from './activity-options';
import { searchAttributesOf } from './search-attributes';
import { awaitProof, closeInbox, createInbox, isAttemptReference, isSubmittedAnswer } from './mfa-session';
import {
  decisionUpdate,
  sessionClosedSignal,
  submitAnswerUpdate,
  totpCodeSignal,
  type DecisionAnswer,
  type SignInInput,
  type SignInResult,
} from './messages';

const { lookUpPolicy } = proxyLocalActivities<Activities>({
  ...POLICY_LOOK_UP,
  summary: SUMMARIES.lookUpPolicy,
});
const { assessRisk } = proxyLocalActivities<Activities>({
  ...RISK_ASSESSMENT,
  summary: SUMMARIES.assessRisk,
});
const { recordDecision } = proxyLocalActivities<Activities>({
  ...DECISION_RECORD,
  summary: SUMMARIES.recordDecision,
});

/** A policy that changes under the sign-in is read again this often; then it counts as unreadable. */
const MAX_ROUNDS = 3;

/** What the message handlers and the workflow share. */
interface SignIn {
  readonly inbox: ReturnType<typeof createInbox>;
  decision: DecisionAnswer | undefined;
}

/** The sign-in workflow. Its decision is the answer of the `decision` Update; its result says how it ended. */
export async function signIn(input: SignInInput): Promise<SignInResult> {
  const state: SignIn = { inbox: createInbox(), decision: undefined };
  listen(state);
  assertSignInInput(input);
  setCurrentDetails(DECIDING);

  // Cancelling ends the waiting, never a decision half-way: nobody could tell then what was recorded.
  const decision = await CancellationScope.nonCancellable(() => decide(input));
  state.decision = decision;
  if (decision.kind !== 'decided') {
    await closeInbox(state.inbox);
    const { recordAbandoned } = sideEffects(SETTLEMENT, SUMMARIES.recordAbandoned);
    await CancellationScope.nonCancellable(() => recordAbandoned({ input }));
    return end(decision.kind, ENDINGS[decision.kind]);
  }
  upsertSearchAttributes(searchAttributesOf(input.clientId, decision));
  const facts = { clientId: input.clientId, ...decision };
  if (decision.expiresAt === undefined) {
    await closeInbox(state.inbox);
    const outcome = outcomeWithoutChallenge(decision);
    return end(outcome, decisionText(facts, outcome));
  }
  setCurrentDetails(decisionText(facts, 'waiting'));
  const outcome = await awaitProofOrCancel(input, decision.expiresAt, state.inbox);
  await closeInbox(state.inbox);
  return end(outcome, decisionText(facts, outcome));
}

function end(outcome: SignInResult['outcome'], details: string): SignInResult {
  setCurrentDetails(details);
  return { outcome };
}

/** Registers every handler before the first await, so that no message finds none. */
function listen(state: SignIn): void {
  setHandler(decisionUpdate, async (): Promise<DecisionAnswer> => {
    await CancellationScope.nonCancellable(() => condition(() => state.decision !== undefined));
    return state.decision ?? { kind: 'not_recorded' };
  });
  setHandler(submitAnswerUpdate, (submitted) => state.inbox.submit(submitted), {
    validator: (submitted) => {
      if (!isSubmittedAnswer(submitted))
        throw ApplicationFailure.nonRetryable('malformed answer', 'malformed');
    },
  });
  setHandler(totpCodeSignal, (reference) => {
    if (isAttemptReference(reference)) state.inbox.drop(reference.attemptId);
  });
  setHandler(sessionClosedSignal, () => state.inbox.ring());
}

/** Policy → risk → record, again when the policy changed in between. */
async function decide(input: SignInInput): Promise<DecisionAnswer> {
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const policy = round === MAX_ROUNDS ? 'unreadable' : await lookUpPolicyOrNone(input.clientId, round > 1);
    const risk = await assessRiskOrUnavailable(input, policy);
    try {
      const recorded = await recordDecision({ input, policy, ...risk });
      if (recorded.kind !== 'policy_changed') return recorded;
    } catch {
      return { kind: 'not_recorded' };
    }
  }
  return { kind: 'not_recorded' };
}

/** An unreadable policy is treated as `always` by the decision. */
async function lookUpPolicyOrNone(clientId: string, fresh: boolean): Promise<PolicySnapshot | 'unreadable'> {
  try {
    return await lookUpPolicy({ clientId, fresh });
  } catch {
    return 'unreadable';
  }
}

/** Fail-safe: an assessment that used up its tries is "unavailable", and under `smart` that means MFA. */
async function assessRiskOrUnavailable(
  input: SignInInput,
  policy: PolicySnapshot | 'unreadable',
): Promise<{ assessment: Assessment; baseline?: Assessment; facts: SignInFacts | null }> {
  try {
    return await assessRisk({ input, policy });
  } catch {
    return { assessment: { kind: 'unavailable' }, facts: null };
  }
}

function outcomeWithoutChallenge(answer: DecidedAnswer): 'allowed' | 'blocked' | 'refused' {
  if (answer.outcome === 'allow') return 'allowed';
  return answer.outcome === 'block' ? 'blocked' : 'refused';
}

/** Waits for the proof. A workflow cancelled by an operator ends its session, with its audit event. */
async function awaitProofOrCancel(
  input: SignInInput,
  expiresAt: number,
  inbox: ReturnType<typeof createInbox>,
): Promise<EndedState> {
  const { sessionIdHash, deviceKey } = input;
  try {
    return await awaitProof({ sessionIdHash, deviceKey, expiresAt }, inbox);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return CancellationScope.nonCancellable(async () => {
      const session = await sideEffects(SETTLEMENT, SUMMARIES.cancelSession).cancelSession({ sessionIdHash });
      return session.state;
    });
  }
}

/** A start that did not come from the API (or came in clear) is refused for good instead of retried for ever. */
function assertSignInInput(input: SignInInput): void {
  const fields: unknown[] = [
    input?.sessionIdHash,
    input?.clientId,
    input?.userId,
    input?.ip,
    input?.deviceKey,
  ];
  if (fields.some((field) => typeof field !== 'string') || typeof input.answerBy !== 'number') {
    throw ApplicationFailure.nonRetryable('malformed sign-in input', 'malformed');
  }
}
