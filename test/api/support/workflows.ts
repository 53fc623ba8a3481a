/** What Temporal says of a workflow. */
import { createTemporalClient } from '../../../runtime/temporal-connection';
import { until } from './patience';
import type { Product } from './product';

/** How the workflow of a decision has ended; `RUNNING` when it has not for a long time. */
export async function endOfWorkflow(
  { stack }: Product,
  answer: { body: Record<string, unknown> },
): Promise<string> {
  const { rows } = await stack.database.pool.query<{ workflowId: string }>(
    `select workflow_id as "workflowId" from sign_ins where id = $1`,
    [answer.body['decisionId']],
  );
  const client = createTemporalClient(stack.config, stack.deps.keys);
  try {
    const handle = client.workflow.getHandle(rows[0]?.workflowId ?? '');
    const status = async () => (await handle.describe()).status.name;
    return await until(status, (name) => name !== 'RUNNING');
  } finally {
    await client.connection.close();
  }
}
