/** The worker process: runs workflows and activities, sweeps what was lost, drains on SIGTERM. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import closeWithGrace from 'close-with-grace';
import type { ActivityDeps } from '../activities/deps';
import { demoListsDirectory } from '../network/packaged-data';
import { createNetworkIntelligence, type NetworkIntelligence } from '../network/network-intelligence';
import { createWebPushSender } from '../network/web-push-sender';
import { loadConfig, type Config } from '../runtime/config';
import { createBaseDeps } from '../runtime/deps';
import { createSdkLogger, type Logger } from '../runtime/logger';
import { createMetricsServer } from '../runtime/metrics';
import {
  connectionOptions,
  createTemporalClient,
  ensureSearchAttributes,
} from '../runtime/temporal-connection';
import { SEARCH_ATTRIBUTES } from '../workflows/messages';
import { WORKFLOW_BUNDLE_PATH } from './build-workflow-bundle';
import { createWorkers, type WorkerSet } from './create-workers';
import { scheduleFeedUpdates } from './feed-schedule';
import { startHeartbeat } from './heartbeat';
import { registerNetworkMetrics } from './network-metrics';
import { watchNetwork } from './network-watch';
import { startRelay } from './start-relay';
import { startSweeper } from './sweeper';

async function main(): Promise<void> {
  const config = loadConfig();
  const base = await createBaseDeps(config, 'worker');
  const { logger } = base;
  Runtime.install({
    shutdownSignals: [],
    logger: createSdkLogger(logger),
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
  });
  const network = await loadNetwork(config, logger);
  const { THREAT_FEEDS_DIR: threatFeedsDir, THREAT_FEEDS_MIRROR: threatFeedsMirror } = config;
  const webPush = { sender: createWebPushSender(), subject: webPushSubject(config) };
  const deps: ActivityDeps = { ...base, network, threatFeedsDir, threatFeedsMirror, webPush };

  const client = createTemporalClient(config, base.keys);
  await ensureSearchAttributes(client, config.TEMPORAL_NAMESPACE, SEARCH_ATTRIBUTES);
  await scheduleFeedUpdates(client, config);
  const connection = await NativeConnection.connect(connectionOptions(config));
  const code = readFileSync(WORKFLOW_BUNDLE_PATH, 'utf8');
  const workers = await createWorkers(config, deps, { connection, workflowBundle: { code } });
  const background = await startBackground(config, deps, { workers, client });

  const running = Promise.all([workers.decisions.run(), workers.sideEffects.run()]);
  logger.info({ bundle: createHash('sha256').update(code).digest('hex').slice(0, 12) }, 'worker is running');
  closeWithGrace({ delay: 14_000, logger: false }, async ({ err }) => {
    if (err) logger.error({ cause: err.name }, 'worker stops after an error');
    for (const worker of [workers.decisions, workers.sideEffects]) shutDown(worker);
    await running.catch(() => undefined);
    await background.stop();
    await client.connection.close();
    await connection.close();
    await base.close();
  });
  await running;
}

async function loadNetwork(config: Config, logger: Logger): Promise<NetworkIntelligence> {
  const network = await createNetworkIntelligence({
    cityDb: config.GEOIP_CITY_DB || undefined,
    asnDb: config.GEOIP_ASN_DB || undefined,
    threatDirs: threatDirectories(config),
    now: () => Date.now(),
  });
  for (const problem of network.problems()) logger.warn({ problem }, 'network data not in force');
  return network;
}

/** What runs beside the workers: sweeper, relay, watch on network data, metrics, heartbeat. */
async function startBackground(
  config: Config,
  deps: ActivityDeps,
  { workers, client }: { workers: WorkerSet; client: Client },
) {
  const sweeper = startSweeper(deps);
  const relay = startRelay({ ...deps, client, taskQueue: config.DECISIONS_TASK_QUEUE });
  const watch = watchNetwork({
    ...deps,
    directories: threatDirectories(config),
    databases: [config.GEOIP_CITY_DB, config.GEOIP_ASN_DB].filter((path) => path !== ''),
    onReload: registerNetworkMetrics(deps.metrics, deps.network, () => Date.now()),
  });
  const metrics = await createMetricsServer(deps.metrics, {
    host: config.HOST,
    port: config.WORKER_METRICS_PORT,
  });
  const heartbeat = startHeartbeat({ ...deps, isPolling: () => workers.decisions.getState() === 'RUNNING' });
  return {
    async stop() {
      await heartbeat.stop();
      sweeper.stop();
      relay.stop();
      watch.stop();
      await metrics.close();
    },
  };
}

/** RFC 8292 §2.1 wants https or mailto; a deployment without https reaches no push service by name anyway. */
function webPushSubject({ PUBLIC_URL }: Config): string {
  return PUBLIC_URL.startsWith('https:') ? PUBLIC_URL : 'mailto:nobody@example.invalid';
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
