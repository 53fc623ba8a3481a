/** Starts, right after its transaction, a workflow that the transaction asked for in `workflow_starts`. */
import { errorName } from '../runtime/error-name';
import { deleteWorkflowStart, type WorkflowStartRow } from '../storage/workflow-starts';
import type { ApiDeps } from './deps';

/** Never throws: what is not started here is started by a worker's relay. */
export async function startAfterCommit(deps: ApiDeps, start: WorkflowStartRow): Promise<void> {
  if (!(await deps.temporal.start(start))) return;
  await deleteWorkflowStart(deps.pool, start.workflowId).catch((error: unknown) =>
    deps.logger.warn({ cause: errorName(error) }, 'workflow start not settled'),
  );
}
