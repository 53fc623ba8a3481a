/**
 * Account recovery: a code by e-mail, then a new password; the device of a blocked sign-in is then asked for MFA
 * instead of being blocked, for a while. Every step has a clock, and an administrator may release, refuse or extend.
 * The store decides everything; this file only keeps the order of things.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { RECOVERY_TEXTS, SUMMARIES } from '../domain/flow-texts';
import { ANSWER_VERIFICATION, SETTLEMENT, sideEffects } from './activity-options';
import {
  recoveryOrderedSignal,
  recoveryStepUpdate,
  type RecoverAccountInput,
  type RecoverAccountResult,
  type RecoveryStep,
  type RecoveryStepResult,
} from './recovery-messages';

const { confirmRecovery } = proxyLocalActivities<Activities>({
  ...ANSWER_VERIFICATION,
  summary: SUMMARIES.confirmRecovery,
});
const { completeRecovery } = proxyLocalActivities<Activities>({
  ...ANSWER_VERIFICATION,
  summary: SUMMARIES.completeRecovery,
});

interface Letter {
  readonly step: RecoveryStep;
  result?: RecoveryStepResult;
}

interface Desk {
  readonly letters: Letter[];
  /** An administrator's order waits in the store. */
  rung: boolean;
  closed: boolean;
}

/** Conducts one case from the request to its end. */
export async function recoverAccount(input: RecoverAccountInput): Promise<RecoverAccountResult> {
  const desk = openDesk();
  // A start in clear comes as null: refused for good instead of retried for ever.
  if (typeof input?.caseId !== 'string')
    throw ApplicationFailure.nonRetryable('malformed input', 'malformed');
  const { caseId } = input;
  setCurrentDetails(RECOVERY_TEXTS.requested);
  try {
    await sideEffects(SETTLEMENT, SUMMARIES.sendRecoveryCode).sendRecoveryCode({ caseId });
    return await conductCase(caseId, desk);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return await CancellationScope.nonCancellable(() => cancelCase(caseId, desk));
  }
}

/** Step by step until the case has ended. */
async function conductCase(caseId: string, desk: Desk): Promise<RecoverAccountResult> {
  for (;;) {
    desk.rung = false;
    const standing = await sideEffects(SETTLEMENT, SUMMARIES.settleRecovery).settleRecovery({ caseId });
    setCurrentDetails(RECOVERY_TEXTS[standing.state]);
    if (standing.kind === 'ended') {
      await closeDesk(desk);
      return { outcome: standing.state };
    }
    await somethingArrives(desk, standing.remainingMs);
    for (let [letter] = desk.letters; letter; [letter] = desk.letters) {
      // It stays on the desk until it is answered: a cancellation in between must not forget who waits.
      letter.result = await handle(caseId, letter.step);
      desk.letters.shift();
    }
  }
}

function openDesk(): Desk {
  const desk: Desk = { letters: [], rung: false, closed: false };
  setHandler(
    recoveryStepUpdate,
    async (step) => {
      if (desk.closed) return { kind: 'ended' };
      const letter: Letter = { step };
      desk.letters.push(letter);
      await CancellationScope.nonCancellable(() => condition(() => letter.result !== undefined));
      return letter.result ?? { kind: 'unavailable' };
    },
    {
      validator: (step) => {
        if (!isRecoveryStep(step)) throw ApplicationFailure.nonRetryable('malformed step', 'malformed');
      },
    },
  );
  setHandler(recoveryOrderedSignal, () => {
    desk.rung = true;
  });
  return desk;
}

function isRecoveryStep(value: unknown): value is RecoveryStep {
  if (typeof value !== 'object' || value === null) return false;
  const step = value as Record<string, unknown>;
  if (step['kind'] === 'password') return true;
  return step['kind'] === 'code' && typeof step['digest'] === 'string';
}

/** Until a letter or an order comes, or the store's own time for the step is over. */
async function somethingArrives(desk: Desk, remainingMs: number): Promise<void> {
  const arrived = () => desk.letters.length > 0 || desk.rung;
  await condition(arrived, Math.max(1, remainingMs), { summary: SUMMARIES.recoveryClock });
}

async function handle(caseId: string, step: RecoveryStep): Promise<RecoveryStepResult> {
  try {
    if (step.kind === 'password') return await completeRecovery({ caseId });
    return await confirmRecovery({ caseId, digest: step.digest });
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The store did not answer: nothing has happened, the same step may be sent again.
    return { kind: 'unavailable' };
  }
}

/** An operator cancelled the workflow: the case ends with it. */
async function cancelCase(caseId: string, desk: Desk): Promise<RecoverAccountResult> {
  const { cancelRecovery } = sideEffects(SETTLEMENT, SUMMARIES.cancelRecovery);
  const outcome = await cancelRecovery({ caseId });
  setCurrentDetails(RECOVERY_TEXTS[outcome]);
  await closeDesk(desk);
  return { outcome };
}

/** Answers what is still waiting, so that no caller is cut off. */
async function closeDesk(desk: Desk): Promise<void> {
  desk.closed = true;
  for (const letter of desk.letters.splice(0)) letter.result = { kind: 'ended' };
  await condition(allHandlersFinished);
}
