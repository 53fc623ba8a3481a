/**
 * Starts the workflows that a transaction asked for and the API could not start itself: it crashed, or Temporal was
 * away. Every worker may run it; a workflow id is started once.
 */
import type { Client } from '@temporalio/client';
import type { ActivityDeps } from '../activities/deps';
import { errorName } from '../runtime/error-name';
import { startWorkflowOnce } from '../runtime/start-workflow';
import { deleteWorkflowStart, findPendingStarts } from '../storage/workflow-starts';

const INTERVAL_MS = 2_000;
/** The API starts them itself right after its transaction; the relay waits this long for it. */
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

/** Relays every two seconds until stopped. A failed pass is logged and tried again. */
export function startRelay(deps: RelayDeps): { stop: () => void } {
  const timer = setInterval(() => {
    relayStarts(deps).catch((error: unknown) =>
      deps.logger.warn({ cause: errorName(error) }, 'workflow starts not relayed'),
    );
  }, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
