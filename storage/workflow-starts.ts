/**
 * Workflows that a transaction made necessary. The row is written in that transaction; whoever comes first starts the
 * workflow and deletes the row, so that neither a crash nor an outage of Temporal loses it.
 */
import type { Queryable } from './postgres';

/** Workflows that nobody waits for. */
export type BackgroundWorkflow = 'reassessSessions' | 'recoverAccount' | 'sendNotice' | 'deliverPrompt';

export interface WorkflowStartRow {
  readonly workflowId: string;
  readonly workflow: BackgroundWorkflow;
  /** Ids and versions only: it stands here in clear. */
  readonly input: Readonly<Record<string, string | number>>;
  /** The relay alone starts it, without waiting for whoever wrote the row. */
  readonly byRelay?: boolean;
}

/** Asks for a start; the same id again changes nothing. */
export async function insertWorkflowStart(db: Queryable, start: WorkflowStartRow): Promise<void> {
  await db.query(
    `insert into workflow_starts (workflow_id, workflow, input, by_relay) values ($1, $2, $3, $4)
     on conflict (workflow_id) do nothing`,
    [start.workflowId, start.workflow, JSON.stringify(start.input), start.byRelay ?? false],
  );
}

/** Starts that are the relay's, and those that nobody made within `graceSeconds`, oldest first. */
export async function findPendingStarts(
  db: Queryable,
  graceSeconds: number,
  limit: number,
): Promise<WorkflowStartRow[]> {
  const result = await db.query<WorkflowStartRow>(
    `select workflow_id as "workflowId", workflow, input from workflow_starts
     where by_relay or created_at <= now() - make_interval(secs => $1)
     order by workflow = 'recoverAccount', created_at limit $2`,
    [graceSeconds, limit],
  );
  return result.rows;
}

/** The workflow has been started. */
export async function deleteWorkflowStart(db: Queryable, workflowId: string): Promise<void> {
  await db.query(`delete from workflow_starts where workflow_id = $1`, [workflowId]);
}
