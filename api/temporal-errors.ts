/** What errors of the Temporal client say about a workflow. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';

/** Whether the workflow has finished (or never was): then its row in the store answers. */
export function hasEnded(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || error instanceof WorkflowExecutionAlreadyStartedError;
}
