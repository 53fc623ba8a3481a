/**
 * An open challenge: one inbox with two doors (the `submitAnswer` Update and the Signals), answers handled one at a
 * time, and a timer at the stored deadline. The store decides everything; this file only keeps the order of things.
 */
import { allHandlersFinished, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { SUMMARIES } from '../domain/flow-texts';
import type { EndedState } from '../domain/session';
import { SETTLEMENT, sideEffects } from './activity-options';
import type { AnswerMethod, AnswerResult, SubmittedAnswer } from './messages';
import { verifyAnswer } from './verify-answer';

/** What this module needs to know of the sign-in or step-up that waits. */
export interface OpenChallenge {
  readonly sessionIdHash: string;
  readonly deviceKey: string;
  /** Epoch ms, database clock. */
  readonly expiresAt: number;
}

/** An answer in the inbox. One by Signal says nothing itself (that lies in the store), and nobody waits for its verdict. */
interface Letter {
  readonly method: AnswerMethod;
  readonly attemptId: string;
  readonly answer?: SubmittedAnswer;
  result?: AnswerResult;
}

export interface Inbox {
  /** The Update's door: resolves with the verdict. */
  submit(answer: SubmittedAnswer): Promise<AnswerResult>;
  /** The Signals' door. */
  drop(letter: { method: AnswerMethod; attemptId: string }): void;
  /** Asks for a look at the stored session. */
  ring(): void;
}

interface InboxState extends Inbox {
  readonly letters: Letter[];
  rung: boolean;
  /** Answers that come now are told that it is over. */
  closed: boolean;
}

/** An inbox that can be handed to the message handlers before the decision is made. */
export function createInbox(): InboxState {
  const inbox: InboxState = {
    letters: [],
    rung: false,
    closed: false,
    async submit(answer) {
      if (inbox.closed) return { kind: 'ended' };
      const letter: Letter = { method: answer.method, attemptId: answer.attemptId, answer };
      inbox.letters.push(letter);
      // A cancelled workflow answers too (`closeInbox`).
      await CancellationScope.nonCancellable(() => condition(() => letter.result !== undefined));
      return letter.result ?? { kind: 'unavailable' };
    },
    drop({ method, attemptId }) {
      if (!inbox.closed) inbox.letters.push({ method, attemptId });
    },
    ring() {
      inbox.rung = true;
    },
  };
  return inbox;
}

/** Whether a Signal's argument names an attempt. */
export function isAttemptReference(value: unknown): value is { attemptId: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { attemptId?: unknown }).attemptId === 'string'
  );
}

/** Whether a Signal's argument names a prompt. */
export function isPromptReference(value: unknown): value is { challengeId: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { challengeId?: unknown }).challengeId === 'string'
  );
}

/** Waits until the session has ended, one way or another, and says how. */
async function awaitProof(challenge: OpenChallenge, inbox: InboxState): Promise<EndedState> {
  let expiresAt = challenge.expiresAt;
  for (;;) {
    if (await somethingArrives(inbox, expiresAt)) {
      const letter = inbox.letters.shift();
      if (letter) {
        const ended = await handle(letter, challenge);
        if (ended) return ended;
        continue;
      }
    }
    inbox.rung = false;
    const { settleSession } = sideEffects(SETTLEMENT, SUMMARIES.settleSession);
    const session = await settleSession({ sessionIdHash: challenge.sessionIdHash });
    if (session.kind === 'ended') return session.state;
    // Re-armed with the store's own remaining time: the two clocks may differ.
    expiresAt = Date.now() + session.remainingMs;
  }
}

/** True when an answer or a ring came before the deadline, false at the deadline. */
async function somethingArrives(inbox: InboxState, expiresAt: number): Promise<boolean> {
  const arrived = () => inbox.letters.length > 0 || inbox.rung;
  const remaining = expiresAt - Date.now();
  // At least 1 ms, so that an early timer (this clock ahead of the store's) re-arms instead of spinning.
  return condition(arrived, Math.max(1, remaining), { summary: SUMMARIES.expiry });
}

/** Judges one answer. Returns the end state when it ended the session. */
async function handle(letter: Letter, challenge: OpenChallenge): Promise<EndedState | undefined> {
  try {
    const verdict = await verifyAnswer(letter.method, {
      sessionIdHash: challenge.sessionIdHash,
      deviceKey: challenge.deviceKey,
      attemptId: letter.attemptId,
      answer: letter.answer,
    });
    letter.result = verdict.result;
    return verdict.sessionEnded;
  } catch {
    // The store did not answer: nobody gets in, the session stays open, the same attempt may be sent again.
    letter.result = { kind: 'unavailable' };
    return undefined;
  }
}

/** Waits for the proof. A workflow cancelled by an operator ends its session, with its audit event. */
export async function awaitProofOrCancel(
  { sessionIdHash, deviceKey }: { sessionIdHash: string; deviceKey: string },
  expiresAt: number,
  inbox: InboxState,
): Promise<EndedState> {
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

/** Answers what is still in the inbox and waits for every handler, so that no caller is cut off. */
export async function closeInbox(inbox: InboxState): Promise<void> {
  inbox.closed = true;
  for (const letter of inbox.letters.splice(0)) letter.result = { kind: 'ended' };
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}
