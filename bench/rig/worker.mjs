/** A worker for the workflows of the rig, with the settings of the product's own (`worker/create-workers.ts`). */
import { createRequire } from 'node:module';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';

const require = createRequire(import.meta.url);
const { TEMPORAL_ADDRESS, RIG_QUEUE, DATABASE_URL } = process.env;

Runtime.install({ shutdownSignals: [], telemetryOptions: { logging: { filter: 'ERROR' } } });
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: RIG_QUEUE,
  workflowsPath: require.resolve('./workflows.cjs'),
  activities: {
    lookUpPolicy: async () => (await pool.query('select 1 as policy')).rows[0],
    assessRisk: async () => (await pool.query('select 2 as score')).rows[0],
    recordDecision: async () =>
      (await pool.query('insert into rig_decisions default values returning id')).rows[0],
  },
  stickyQueueScheduleToStartTimeout: '1s',
  workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 20 },
  maxCachedWorkflows: 2_000,
});
process.on('SIGTERM', () => worker.shutdown());
process.send?.('ready');
await worker.run();
await connection.close();
await pool.end();
