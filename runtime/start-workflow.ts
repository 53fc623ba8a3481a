/** Starts a workflow that a row of `workflow_starts` asks for. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { SUMMARIES } from '../domain/flow-texts';
import type { WorkflowStartRow } from '../storage/workflow-starts';

/** Starts it once, whoever asks how often; throws when the server does not take it. */
export async function startWorkflowOnce(
  client: Client,
  taskQueue: string,
  { workflow, workflowId, input }: WorkflowStartRow,
): Promise<void> {
  try {
    await client.workflow.start(workflow, {
      workflowId,
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: SUMMARIES[workflow],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
