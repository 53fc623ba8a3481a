/** A workflow that a transaction asked for is started once, by whoever comes first, also after a crash or an outage. */
import { insertWorkflowStart, findPendingStarts } from '../../storage/workflow-starts';
import { sendNoticeWorkflowId } from '../../domain/notices/delivery';
import {
  REASSESS_SESSIONS_WORKFLOW,
  reassessSessionsWorkflowId,
  SEND_NOTICE_WORKFLOW,
} from '../../workflows/messages';
import { createTemporalClient } from '../../runtime/temporal-connection';
import { relayStarts } from '../../worker/start-relay';
import { useProduct } from '../api/support/product';
import { randomName } from '../api/support/actors';
import { until } from '../api/support/patience';

const product = useProduct({ signsIn: false });

function start() {
  const input = { clientId: randomName(), version: 2 };
  return {
    workflow: REASSESS_SESSIONS_WORKFLOW,
    workflowId: reassessSessionsWorkflowId(input),
    input,
  } as const;
}

function relay() {
  const { config, deps, database } = product.stack;
  const client = createTemporalClient(config, deps.keys);
  const taskQueue = config.DECISIONS_TASK_QUEUE;
  const pass = () => relayStarts({ pool: database.pool, logger: deps.logger, client, taskQueue }, 0);
  return { client, pass, close: () => client.connection.close() };
}

describe('the relay', () => {
  it('starts what nobody started, and forgets it', async () => {
    const { client, pass, close } = relay();
    const asked = start();
    await insertWorkflowStart(product.stack.database.pool, asked);
    await pass();
    const { status } = await client.workflow.getHandle(asked.workflowId).describe();
    expect(status.name).toBe('RUNNING');
    expect(await findPendingStarts(product.stack.database.pool, 0, 10)).toEqual([]);
    await client.workflow.getHandle(asked.workflowId).terminate();
    await close();
  });

  it('of several workers starts a workflow once, and none again that was started and not crossed off', async () => {
    const { client, pass, close } = relay();
    const asked = start();
    await insertWorkflowStart(product.stack.database.pool, asked);
    await Promise.all([pass(), pass(), pass()]);
    await client.workflow.getHandle(asked.workflowId).terminate();
    // The crash between start and crossing off.
    await insertWorkflowStart(product.stack.database.pool, asked);
    await pass();
    const { status } = await client.workflow.getHandle(asked.workflowId).describe();
    expect(status.name).toBe('TERMINATED');
    await close();
  });

  it('starts a notice at once, and leaves to the API for a moment what the API starts itself', async () => {
    const { config, deps, database } = product.stack;
    const client = createTemporalClient(config, deps.keys);
    const { pool } = database;
    const noticeId = `ntc_${randomName()}`;
    const notice = {
      workflow: SEND_NOTICE_WORKFLOW,
      workflowId: sendNoticeWorkflowId(noticeId),
      input: { noticeId },
      byRelay: true,
    } as const;
    const asked = start();
    await insertWorkflowStart(pool, asked);
    await insertWorkflowStart(pool, notice);
    const patient = { pool, logger: deps.logger, client, taskQueue: config.DECISIONS_TASK_QUEUE };
    expect(await relayStarts(patient, 3_600)).toBe(1);
    expect(await client.workflow.getHandle(notice.workflowId).result()).toEqual({ outcome: 'gone' });
    expect((await findPendingStarts(pool, 0, 10)).map(({ workflowId }) => workflowId)).toEqual([
      asked.workflowId,
    ]);
    await pool.query('delete from workflow_starts');
    await client.connection.close();
  });

  it('is not needed while Temporal is there: a policy change starts its workflow at once', async () => {
    const { client, close } = relay();
    const { clientId } = await product.actors.application();
    const patch = await product.stack.call('PATCH', `/api/v1/applications/${clientId}`, {
      as: 'operator',
      body: { mfaPolicy: 'always' },
    });
    const workflowId = reassessSessionsWorkflowId({ clientId, version: patch.body['version'] });
    const described = await client.workflow.getHandle(workflowId).describe();
    expect(described.status.name).toBe('RUNNING');
    const pending = () => findPendingStarts(product.stack.database.pool, 0, 10);
    expect(await until(pending, (starts) => starts.length === 0)).toEqual([]);
    await client.workflow.getHandle(workflowId).terminate();
    await close();
  });

  it('finds the start that a policy change left behind while Temporal was away', async () => {
    const { client, pass, close } = relay();
    const { deps } = product.stack;
    const started = jest.spyOn(deps.temporal, 'start').mockResolvedValue(false);
    const { clientId } = await product.actors.application();
    const patch = await product.stack.call('PATCH', `/api/v1/applications/${clientId}`, {
      as: 'operator',
      body: { mfaPolicy: 'never' },
    });
    expect(patch.status).toBe(200);
    expect(started).toHaveBeenCalledTimes(1);
    started.mockRestore();
    expect(await pass()).toBe(1);
    const workflowId = reassessSessionsWorkflowId({ clientId, version: patch.body['version'] });
    expect((await client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
    await client.workflow.getHandle(workflowId).terminate();
    await close();
  });
});
