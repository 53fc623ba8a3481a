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
  const startWorkflowOperation = new WithStartWorkflowOperation('floor', {
    ...{ workflowId: newId('floor'), taskQueue, args: [] },
    ...{ workflowIdConflictPolicy: 'USE_EXISTING', workflowTaskTimeout: '2s' },
  });
  return client.workflow.executeUpdateWithStart('decision', { startWorkflowOperation, updateId: 'decision' });
});

app.post('/usual', async () => {
  const handle = await client.workflow.start('usual', { workflowId: newId('usual'), taskQueue, args: [] });
  for (;;) {
    const { status } = await handle.describe();
    if (status.name === 'COMPLETED') return handle.result();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
});

process.on('SIGTERM', () => void app.close().then(() => client.connection.close()));
process.send?.({ address: await app.listen({ host: '127.0.0.1', port: 0 }) });
