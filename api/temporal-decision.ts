/**
 * How a decision is asked for. With a worker in this process: the start hands it the first task at once (eager start),
 * and the request is answered when that worker has committed the decision, while the workflow is still being told. In
 * every other case the `decision` Update answers. Either way the answer is what lies in the store under the workflow's
 * id, so a crash in between changes nothing: whoever runs the workflow next finds the stored row.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import { SUMMARIES } from '../domain/flow-texts';
import type { CommitBoard } from '../runtime/commit-board';
import type { SIGN_IN_WORKFLOW, STEP_UP_WORKFLOW } from '../workflows/messages';
import {
  DECISION_UPDATE_ID,
  decisionUpdate,
  type AnswerResult,
  type DecisionAnswer,
  type RiskSubject,
  type SignInResult,
} from '../workflows/messages';
import { withDeadline } from './temporal-deadline';
import { hasEnded } from './temporal-errors';
import type { UnfinishedCalls } from './unfinished-calls';

type DecidingWorkflow = (input: RiskSubject) => Promise<SignInResult>;

/** Which workflow to start, under which id. */
export interface WorkflowStart {
  readonly workflow: typeof SIGN_IN_WORKFLOW | typeof STEP_UP_WORKFLOW;
  readonly workflowId: string;
  readonly input: RiskSubject;
}

/** A worker in the process of the API. */
export interface HostedWorker {
  /** A client on the worker's own connection, whose starts can be handed to it; `undefined` while it does not run. */
  eagerClient(): Client | undefined;
  /** Decisions that it committed, by workflow id. */
  readonly decisions: CommitBoard<DecisionAnswer>;
  /** Verdicts that it committed, by attempt id. */
  readonly verdicts: CommitBoard<AnswerResult>;
}

export interface DecisionDeps {
  readonly client: Client;
  readonly calls: UnfinishedCalls;
  readonly host: HostedWorker | undefined;
  readonly taskQueue: string;
}

type Decided = DecisionAnswer | { readonly kind: 'ended' } | { readonly kind: 'unavailable' };

/**
 * Nothing was committed here for so long: the Update is asked too. It knows what no commit tells (nothing could be
 * recorded), and what another worker did.
 */
const ASK_AFTER_MS = 1_000;

/** Starts the workflow, or finds it running, and waits for its decision. */
export async function askDecision(
  deps: DecisionDeps,
  start: WorkflowStart,
  deadlineMs: number,
): Promise<Decided> {
  const eagerClient = deps.host?.eagerClient();
  try {
    return await withDeadline(deps.client, deadlineMs, () =>
      deps.host && eagerClient
        ? startEagerly(deps, start, { eagerClient, host: deps.host, deadlineMs })
        : updateWithStart(deps, start),
    );
  } catch (error) {
    return hasEnded(error) ? { kind: 'ended' } : { kind: 'unavailable' };
  }
}

async function startEagerly(
  { client, calls, taskQueue }: DecisionDeps,
  start: WorkflowStart,
  { eagerClient, host, deadlineMs }: { eagerClient: Client; host: HostedWorker; deadlineMs: number },
): Promise<DecisionAnswer> {
  const committed = host.decisions.expect(start.workflowId);
  const answered = new AbortController();
  const ask = async () => {
    const options = { ...optionsOf(start, taskQueue), requestEagerStart: true };
    // A deadline belongs to a connection, and this is another one.
    const { eagerlyStarted } = await eagerClient.withDeadline(Date.now() + deadlineMs, () =>
      eagerClient.workflow.start<DecidingWorkflow>(start.workflow, options),
    );
    if (eagerlyStarted) await delay(ASK_AFTER_MS, undefined, { signal: answered.signal });
    answered.signal.throwIfAborted();
    return client.workflow
      .getHandle(start.workflowId)
      .executeUpdate(decisionUpdate, { updateId: DECISION_UPDATE_ID });
  };
  try {
    return await Promise.race([committed.answer, calls.keep(ask())]);
  } finally {
    committed.forget();
    answered.abort();
  }
}

/** One call for both. */
function updateWithStart({ client, taskQueue }: DecisionDeps, start: WorkflowStart): Promise<DecisionAnswer> {
  const startWorkflowOperation = new WithStartWorkflowOperation<DecidingWorkflow>(
    start.workflow,
    optionsOf(start, taskQueue),
  );
  return client.workflow.executeUpdateWithStart(decisionUpdate, {
    startWorkflowOperation,
    updateId: DECISION_UPDATE_ID,
  });
}

function optionsOf({ workflow, workflowId, input }: WorkflowStart, taskQueue: string) {
  return {
    workflowId,
    taskQueue,
    args: [input] as [RiskSubject],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowTaskTimeout: '2s',
    staticSummary: SUMMARIES[workflow],
  } as const;
}
