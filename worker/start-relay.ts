/**
 * Starts the workflows that a transaction asked for: notices, and those that the API could not start itself because it
 * crashed or Temporal was away. Every worker may run it; a workflow id is started once. Answers are relayed in the same
 * rhythm (`answer-relay.ts`).
 */
import type { Client } from '@temporalio/client';
import type { ActivityDeps } from '../activities/deps';
import { errorName } from '../runtime/error-name';
import { startWorkflowOnce } from '../runtime/start-workflow';
import { deleteWorkflowStart, findPendingStarts } from '../storage/workflow-starts';
import { relayAnswers } from './answer-relay';

/** Somebody may be waiting for a code. */
const INTERVAL_MS = 1_000;
/** Most of them the API starts itself right after its transaction; the relay waits this long for it. */
const GRACE_SECONDS = 2;
const BATCH = 100;

interface RelayDeps extends Pick<ActivityDeps, 'pool' | 'logger'> {
  readonly client: Client;
  readonly taskQueue: string;
}

/** One pass; returns how many were started. Exported for tests. */
export async function relayStarts(deps: RelayDeps, graceSeconds = GRACE_SECONDS): Promise<number> {
  const pending = await findPendingStarts(deps.pool, graceSeconds, BATCH);
  for (const start of pending) {
    await startWorkflowOnce(deps.client, deps.taskQueue, start);
    await deleteWorkflowStart(deps.pool, start.workflowId);
  }
  return pending.length;
}

/** Relays every second until stopped, one pass at a time. A failed pass is logged and tried again. */
export function startRelay(deps: RelayDeps): { stop: () => void } {
  let isUnderWay = false;
  const pass = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    const warnOf = (what: string) => (error: unknown) =>
      deps.logger.warn({ cause: errorName(error) }, `${what} not relayed`);
    await relayStarts(deps).catch(warnOf('workflow starts'));
    await relayAnswers(deps).catch(warnOf('answers'));
    isUnderWay = false;
  };
  const timer = setInterval(() => void pass(), INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
