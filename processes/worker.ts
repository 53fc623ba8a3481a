/** The worker process: runs workflows and activities, sweeps what was lost, drains on SIGTERM. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import closeWithGrace from 'close-with-grace';
import type { ActivityDeps } from '../activities/deps';
import { loadConfig, type Config } from '../runtime/config';
import { createBaseDeps } from '../runtime/deps';
import { createMetricsServer } from '../runtime/metrics';
import {
  connectionOptions,
  createTemporalClient,
  ensureSearchAttributes,
} from '../runtime/temporal-connection';
import { createActivityDeps } from '../worker/activity-deps';
import { WORKFLOW_BUNDLE_PATH } from '../worker/build-workflow-bundle';
import { createDecisionsWorker, createSideEffectsWorker } from '../worker/create-workers';
import { scheduleFeedUpdates } from '../worker/feed-schedule';
import { installNativeRuntime } from '../worker/native-runtime';
import { loadNetwork, startUpkeep } from '../worker/network-upkeep';
import { startRelay } from '../worker/start-relay';
import { startSweeper } from '../worker/sweeper';
import { SEARCH_ATTRIBUTES } from '../workflows/messages';

async function main(): Promise<void> {
  const config = loadConfig();
  const base = await createBaseDeps(config, 'worker');
  const { logger } = base;
  installNativeRuntime(logger);
  const deps = createActivityDeps(config, base, await loadNetwork(config, logger));

  const client = createTemporalClient(config, base.keys);
  await ensureSearchAttributes(client, config.TEMPORAL_NAMESPACE, SEARCH_ATTRIBUTES);
  await scheduleFeedUpdates(client, config);
  const connection = await NativeConnection.connect(connectionOptions(config));
  const code = readFileSync(WORKFLOW_BUNDLE_PATH, 'utf8');
  const decisions = await createDecisionsWorker(config, deps, { connection, workflowBundle: { code } });
  const sideEffects = await createSideEffectsWorker(config, deps, connection);
  const background = await startBackground(config, deps, { decisions, client });

  const running = Promise.all([decisions.run(), sideEffects.run()]);
  logger.info({ bundle: createHash('sha256').update(code).digest('hex').slice(0, 12) }, 'worker is running');
  closeWithGrace({ delay: 14_000, logger: false }, async ({ err }) => {
    if (err) logger.error({ cause: err.name }, 'worker stops after an error');
    for (const worker of [decisions, sideEffects]) shutDown(worker);
    await running.catch(() => undefined);
    await background.stop();
    await client.connection.close();
    await connection.close();
    await base.close();
  });
  await running;
}

/** What runs beside the workers: sweeper, relay, upkeep of network data, metrics. */
async function startBackground(
  config: Config,
  deps: ActivityDeps,
  { decisions, client }: { decisions: Worker; client: Client },
) {
  const sweeper = startSweeper(deps);
  const relay = startRelay({ ...deps, client, taskQueue: config.DECISIONS_TASK_QUEUE });
  const upkeep = startUpkeep(config, deps, () => decisions.getState() === 'RUNNING');
  const metrics = await createMetricsServer(deps.metrics, {
    host: config.HOST,
    port: config.WORKER_METRICS_PORT,
  });
  return {
    async stop() {
      await upkeep.stop();
      sweeper.stop();
      relay.stop();
      await metrics.close();
    },
  };
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

void main().catch((error: unknown) => {
  process.stderr.write(`worker cannot run: ${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exit(1);
});
