/** The worker process: runs workflows and activities, sweeps what was lost, drains on SIGTERM. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import closeWithGrace from 'close-with-grace';
import { demoListsDirectory } from '../network/packaged-data';
import { createNetworkIntelligence } from '../network/network-intelligence';
import { loadConfig, type Config } from '../runtime/config';
import { createBaseDeps } from '../runtime/deps';
import { createMetricsServer } from '../runtime/metrics';
import { createTemporalClient, ensureSearchAttributes } from '../runtime/temporal-connection';
import { SEARCH_ATTRIBUTES } from '../workflows/messages';
import { WORKFLOW_BUNDLE_PATH } from './build-workflow-bundle';
import { createWorkers } from './create-workers';
import { scheduleFeedUpdates } from './feed-schedule';
import { startHeartbeat } from './heartbeat';
import { startSweeper } from './sweeper';

async function main(): Promise<void> {
  const config = loadConfig();
  const base = await createBaseDeps(config, 'worker');
  const { logger } = base;
  Runtime.install({ shutdownSignals: [], telemetryOptions: { logging: { filter: 'WARN' } } });
  const network = await createNetworkIntelligence({
    cityDb: config.GEOIP_CITY_DB || undefined,
    asnDb: config.GEOIP_ASN_DB || undefined,
    threatDirs: threatDirectories(config),
    now: () => Date.now(),
  });
  for (const problem of network.problems()) logger.warn({ problem }, 'threat list not in force');
  const deps = {
    ...base,
    network,
    threatFeedsDir: config.THREAT_FEEDS_DIR,
    threatFeedsMirror: config.THREAT_FEEDS_MIRROR,
  };

  const client = createTemporalClient(config, base.keys);
  await ensureSearchAttributes(client, config.TEMPORAL_NAMESPACE, SEARCH_ATTRIBUTES);
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const code = readFileSync(WORKFLOW_BUNDLE_PATH, 'utf8');
  const workers = await createWorkers(config, deps, { connection, workflowBundle: { code } });
  await scheduleFeedUpdates(client, config);
  const sweeper = startSweeper(deps);
  const metrics = await createMetricsServer(base.metrics, {
    host: config.HOST,
    port: config.WORKER_METRICS_PORT,
  });

  const running = Promise.all([workers.decisions.run(), workers.sideEffects.run()]);
  logger.info({ bundle: createHash('sha256').update(code).digest('hex').slice(0, 12) }, 'worker is running');
  const heartbeat = startHeartbeat({ ...base, isPolling: () => workers.decisions.getState() === 'RUNNING' });
  closeWithGrace({ delay: 14_000, logger: false }, async ({ err }) => {
    if (err) logger.error({ cause: err.name }, 'worker stops after an error');
    await heartbeat.stop();
    for (const worker of [workers.decisions, workers.sideEffects]) shutDown(worker);
    await running.catch(() => undefined);
    sweeper.stop();
    await metrics.close();
    await connection.close();
    await base.close();
  });
  await running;
}

function threatDirectories(config: Config): string[] {
  const configured = config.THREAT_FEEDS_DIR === '' ? [] : [config.THREAT_FEEDS_DIR];
  return config.DEMO_THREAT_LISTS === '1' ? [demoListsDirectory(), ...configured] : configured;
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

void main().catch((error: unknown) => {
  process.stderr.write(`worker cannot run: ${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exit(1);
});
