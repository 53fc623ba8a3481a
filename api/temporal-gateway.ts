/**
 * The only Temporal client of the API. Every call has a deadline: a server that does not answer becomes
 * "unavailable", and nobody is let in.
 */
import type { Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import type { Config } from '../runtime/config';
import { startWorkflowOnce } from '../runtime/start-workflow';
import type { WorkflowStartRow } from '../storage/workflow-starts';
import {
  pushAnsweredSignal,
  sessionClosedSignal,
  type AnswerResult,
  type DecisionAnswer,
  type SubmittedAnswer,
} from '../workflows/messages';
import {
  recoverAccountWorkflowId,
  recoveryOrderedSignal,
  recoveryStepUpdate,
  type RecoveryStep,
  type RecoveryStepResult,
} from '../workflows/recovery-messages';
import { newSecret } from '../runtime/random-ids';
import { createAdmission, NotAdmittedError } from './admission';
import { askVerdict } from './temporal-answer';
import { withDeadline } from './temporal-deadline';
import { askDecision, type HostedWorker, type WorkflowStart } from './temporal-decision';
import { hasEnded } from './temporal-errors';
import { createUnfinishedCalls } from './unfinished-calls';

export interface TemporalGateway {
  /** Starts a sign-in or step-up and waits for its decision. `ended`: a workflow of this id has finished; its row answers. */
  decide(
    start: WorkflowStart,
    deadlineMs: number,
  ): Promise<DecisionAnswer | { kind: 'ended' } | { kind: 'unavailable' }>;
  /** Hands an answer to a waiting sign-in or step-up. */
  submitAnswer(workflowId: string, answer: SubmittedAnswer, deadlineMs: number): Promise<AnswerResult>;
  /** Tells a waiting workflow that its session was ended in the store. Never throws: the timer does the same later. */
  ringSession(workflowId: string): Promise<void>;
  /** Tells a waiting workflow that a device answered. Never throws: a worker's relay tells it again. */
  ringPush(workflowId: string, challengeId: string): Promise<void>;
  /** Hands a step to an account recovery and waits for what became of it. */
  recoveryStep(caseId: string, step: RecoveryStep, deadlineMs: number): Promise<RecoveryStepResult>;
  /** Tells a recovery that an order waits for it in the store. Never throws: it looks there again anyway. */
  ringRecovery(caseId: string): Promise<void>;
  /** Starts a workflow that nobody waits for; false when the server did not take it (the relay starts it then). */
  start(start: WorkflowStartRow): Promise<boolean>;
  /** Whether a decision, or an answer, that was asked for now would get its turn: `false` is a reason to refuse at once. */
  hasRoom(kind: 'decisions' | 'answers'): boolean;
  /** Whether the server answers and somebody polls for decisions. */
  check(): Promise<{ reachable: boolean; polled: boolean }>;
  /** Resolves when no call is under way any more; for whoever closes the connection. */
  ended(): Promise<void>;
}

/** Together well under a second: what is let in under overload is answered while somebody still waits for it. */
const PACE = { aimMs: 500, standingWaitMs: 250 };

/** @param host the worker in this process, if it has one: what makes answers fast, never what makes them right */
export function createTemporalGateway(client: Client, config: Config, host?: HostedWorker): TemporalGateway {
  const inFlight = config.WORKFLOW_CALLS_IN_FLIGHT;
  const decisions = createAdmission({ inFlight, waitMs: 800, ...PACE });
  const answers = createAdmission({ inFlight, waitMs: 1_500, ...PACE });
  // Of their own: anybody may begin a recovery, and must not be able to hold up those who sign in.
  const recoveries = createAdmission({ inFlight: Math.ceil(inFlight / 4), waitMs: 1_000, ...PACE });
  const taskQueue = config.DECISIONS_TASK_QUEUE;
  const calls = createUnfinishedCalls();
  return {
    decide: (start, deadlineMs) =>
      decisions
        .run((waitedMs) => askDecision({ client, calls, host, taskQueue }, start, deadlineMs - waitedMs))
        .catch(unlessAdmitted),
    submitAnswer: (workflowId, answer, deadlineMs) =>
      answers
        .run((waitedMs) =>
          askVerdict({ client, calls, host }, { workflowId, answer, deadlineMs: deadlineMs - waitedMs }),
        )
        .catch(unlessAdmitted),
    ringSession: (workflowId) => ring(client, workflowId, sessionClosedSignal),
    ringPush: (workflowId, challengeId) => ring(client, workflowId, pushAnsweredSignal, { challengeId }),
    recoveryStep: (caseId, step, deadlineMs) =>
      recoveries
        .run((waitedMs) => submitRecoveryStep(client, { caseId, step, deadlineMs: deadlineMs - waitedMs }))
        .catch(unlessAdmitted),
    ringRecovery: (caseId) => ring(client, recoverAccountWorkflowId(caseId), recoveryOrderedSignal),
    start: (start) =>
      withDeadline(client, 1_000, () => startWorkflowOnce(client, taskQueue, start)).then(
        () => true,
        () => false,
      ),
    hasRoom: (kind) => ({ decisions, answers })[kind].hasRoom(),
    check: () => check(client, config),
    ended: () => calls.ended(),
  };
}

function unlessAdmitted(error: unknown): { kind: 'unavailable' } {
  if (!(error instanceof NotAdmittedError)) throw error;
  return { kind: 'unavailable' };
}

/** A Signal is a hint: what it is about lies in the store, so one that is lost loses nothing. */
async function ring<Args extends unknown[]>(
  client: Client,
  workflowId: string,
  ...[signal, ...args]: [SignalDefinition<Args>, ...Args]
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  await withDeadline(client, 1_000, () => handle.signal(signal, ...args)).catch(() => undefined);
}

async function submitRecoveryStep(
  client: Client,
  { caseId, step, deadlineMs }: { caseId: string; step: RecoveryStep; deadlineMs: number },
): Promise<RecoveryStepResult> {
  const handle = client.workflow.getHandle(recoverAccountWorkflowId(caseId));
  try {
    return await withDeadline(client, deadlineMs, () =>
      handle.executeUpdate(recoveryStepUpdate, { args: [step], updateId: newSecret() }),
    );
  } catch (error) {
    return hasEnded(error) ? { kind: 'ended' } : { kind: 'unavailable' };
  }
}

async function check(client: Client, config: Config): ReturnType<TemporalGateway['check']> {
  try {
    const queue = await withDeadline(client, 1_000, () =>
      client.workflowService.describeTaskQueue({
        namespace: config.TEMPORAL_NAMESPACE,
        taskQueue: { name: config.DECISIONS_TASK_QUEUE },
        taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
      }),
    );
    return { reachable: true, polled: (queue.pollers ?? []).length > 0 };
  } catch {
    return { reachable: false, polled: false };
  }
}

const TASK_QUEUE_TYPE_WORKFLOW = 1;
