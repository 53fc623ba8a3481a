/** The routes that sign-ins are compared with: the floor (an empty workflow, one call), and start with polling. */
import { randomBytes } from 'node:crypto';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import Fastify from 'fastify';

const { TEMPORAL_ADDRESS, RIG_QUEUE: taskQueue } = process.env;
const POLL_MS = 50;
const client = new Client({ connection: await Connection.connect({ address: TEMPORAL_ADDRESS }) });
const app = Fastify();
const newId = (prefix) => `${prefix}/${randomBytes(16).toString('hex')}`;

app.post('/floor', async () => {
  const workflowId = newId('floor');
  const startWorkflowOperation = new WithStartWorkflowOperation('floor', {
    ...{ workflowId, taskQueue, args: [] },
    ...{ workflowIdConflictPolicy: 'USE_EXISTING', workflowTaskTimeout: '2s' },
  });
  const { kind } = await client.workflow.executeUpdateWithStart('decision', {
    ...{ startWorkflowOperation, updateId: 'decision' },
  });
  return { workflowId, kind };
});

app.post('/usual', async () => {
  const workflowId = newId('usual');
  const handle = await client.workflow.start('usual', { workflowId, taskQueue, args: [] });
  for (;;) {
    const { status } = await handle.describe();
    if (status.name === 'COMPLETED') return { workflowId, recorded: await handle.result() };
    if (status.name !== 'RUNNING') throw new Error(`the workflow is ${status.name}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
});

process.on('SIGTERM', () => void app.close().then(() => client.connection.close()));
process.send?.({ address: await app.listen({ host: '127.0.0.1', port: 0 }) });
