/** The workers of a stack (`stack.ts`), inside the test process. */
import { NativeConnection, Runtime } from '@temporalio/worker';
import { createActivities, type Activities } from '../../activities';
import type { ActivityDeps } from '../../activities/deps';
import type { NetworkIntelligence } from '../../network/network-intelligence';
import type { Config } from '../../runtime/config';
import type { BaseDeps } from '../../runtime/deps';
import { createCommits } from '../../worker/activity-deps';
import { createSideEffectsWorker } from '../../worker/create-workers';
import { startHeartbeat } from '../../worker/heartbeat';
import { startHostedWorker } from '../../worker/hosted-worker';
import { beat } from '../../storage/worker-heartbeats';
import { until } from '../api/support/patience';
import { builtWorkflowBundle } from './workflow-bundle';

export interface StackWorkerOptions {
  /** Replaces activities or dependencies of the worker. */
  readonly activityDeps?: (deps: ActivityDeps) => ActivityDeps;
  /** Replaces activities of the worker that decides. */
  readonly activities?: (real: Activities) => Activities;
  /** How many workflow tasks that worker takes at once. */
  readonly workflowTasks?: number;
}

/** Runs both workers; the one that decides as an API process hosts it. */
export async function startStackWorker(
  config: Config,
  { base, network }: { base: BaseDeps; network: NetworkIntelligence },
  options: StackWorkerOptions,
) {
  installRuntime();
  const defaults: ActivityDeps = {
    ...base,
    network,
    threatFeedsDir: '',
    threatFeedsMirror: '',
    // The outside world: no test speaks to a push service.
    webPush: { sender: { send: () => Promise.resolve('refused') }, subject: 'mailto:test@example.invalid' },
    commits: createCommits(),
  };
  const deps = options.activityDeps?.(defaults) ?? defaults;
  const { commits } = deps;
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const sideEffects = await createSideEffectsWorker(config, deps, connection);
  const running = sideEffects.run();
  const hosted = startHostedWorker(config, {
    logger: base.logger,
    commits,
    options: {
      workflowBundle: builtWorkflowBundle(),
      ...(options.activities && { activities: options.activities(createActivities(deps)) }),
      ...(options.workflowTasks !== undefined && { workflowTasks: options.workflowTasks }),
    },
    prepare: () => Promise.resolve(deps),
  });
  await until(() => Promise.resolve(hosted.isPolling()), Boolean);
  await beat(base.pool, 'test-worker');
  const heartbeat = startHeartbeat({ ...deps, isPolling: () => hosted.isPolling() });
  return {
    hosted,
    async stop() {
      await heartbeat.stop();
      sideEffects.shutdown();
      await Promise.all([hosted.stop(), running]);
      await connection.close();
    },
  };
}

let installed = false;

/** The native runtime can be installed once per process. */
export function installRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'ERROR' } },
    logger: SILENT,
  });
}

const SILENT = new Proxy({} as never, { get: () => () => undefined });
