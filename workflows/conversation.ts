/** The messages that a sign-in or step-up understands, and how it says what became of it. */
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { createInbox, isAttemptReference, isPromptReference } from './mfa-session';
import {
  decisionUpdate,
  pushAnsweredSignal,
  sessionClosedSignal,
  submitAnswerUpdate,
  totpCodeSignal,
  type DecisionAnswer,
  type RiskSubject,
  type SignInResult,
} from './messages';
import { isSubmittedAnswer } from './verify-answer';

/** What the message handlers and the workflow share. */
export interface Conversation {
  readonly inbox: ReturnType<typeof createInbox>;
  decision: DecisionAnswer | undefined;
}

/** Registers every handler; call it before the first await, so that no message finds none. */
export function listen(): Conversation {
  const conversation: Conversation = { inbox: createInbox(), decision: undefined };
  setHandler(decisionUpdate, async (): Promise<DecisionAnswer> => {
    await CancellationScope.nonCancellable(() => condition(() => conversation.decision !== undefined));
    return conversation.decision ?? { kind: 'not_recorded' };
  });
  setHandler(submitAnswerUpdate, (submitted) => conversation.inbox.submit(submitted), {
    validator: (submitted) => {
      if (!isSubmittedAnswer(submitted))
        throw ApplicationFailure.nonRetryable('malformed answer', 'malformed');
    },
  });
  setHandler(totpCodeSignal, (reference) => {
    if (isAttemptReference(reference))
      conversation.inbox.drop({ method: 'totp', attemptId: reference.attemptId });
  });
  setHandler(pushAnsweredSignal, (reference) => {
    if (isPromptReference(reference))
      conversation.inbox.drop({ method: 'push', attemptId: reference.challengeId });
  });
  setHandler(sessionClosedSignal, () => conversation.inbox.ring());
  return conversation;
}

/** A start that did not come from the API (or came in clear) is refused for good instead of retried for ever. */
export function assertRiskSubject(input: RiskSubject): void {
  const fields: unknown[] = [
    input?.sessionIdHash,
    input?.clientId,
    input?.userId,
    input?.ip,
    input?.deviceKey,
  ];
  if (fields.some((field) => typeof field !== 'string') || typeof input.answerBy !== 'number') {
    throw ApplicationFailure.nonRetryable('malformed input', 'malformed');
  }
}

/** The result of the workflow, with the details that an operator reads. */
export function end(outcome: SignInResult['outcome'], details: string): SignInResult {
  setCurrentDetails(details);
  return { outcome };
}
