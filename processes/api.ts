/**
 * The API process: HTTP, and, unless `API_HOSTS_WORKER=0`, a worker that takes over the sign-ins started here. Stops
 * taking requests first, then finishes its workflow tasks, then closes its stores.
 */
import { readFileSync } from 'node:fs';
import closeWithGrace from 'close-with-grace';
import { startApi } from '../api/server';
import { loadConfig, type Config } from '../runtime/config';
import { createBaseDeps, createMainPool, type BaseDeps } from '../runtime/deps';
import { createActivityDeps, createCommits } from '../worker/activity-deps';
import { WORKFLOW_BUNDLE_PATH } from '../worker/build-workflow-bundle';
import { startHostedWorker, type HostedWorker } from '../worker/hosted-worker';
import { installNativeRuntime } from '../worker/native-runtime';
import { loadNetwork, startUpkeep } from '../worker/network-upkeep';

async function main(): Promise<void> {
  const config = loadConfig();
  const base = await createBaseDeps(config, 'api');
  const host = config.API_HOSTS_WORKER === '1' ? startHosting(config, base) : undefined;
  const api = await startApi(config, base, host?.worker);
  closeWithGrace({ delay: 14_000, logger: false }, async ({ err }) => {
    if (err) base.logger.error({ cause: err.name }, 'API stops after an error');
    await api.close();
    await host?.stop();
    await base.close();
  });
}

function startHosting(
  config: Config,
  base: BaseDeps,
): { readonly worker: HostedWorker; stop: () => Promise<void> } {
  const { logger } = base;
  installNativeRuntime(logger);
  // Requests must not take the connections that decisions are recorded with.
  const pool = createMainPool(config, 'api-worker', logger);
  let upkeep: ReturnType<typeof startUpkeep> | undefined;
  const worker = startHostedWorker(config, {
    logger,
    options: { workflowBundle: { code: readFileSync(WORKFLOW_BUNDLE_PATH, 'utf8') } },
    commits: createCommits(),
    async prepare() {
      const deps = createActivityDeps(config, { ...base, pool }, await loadNetwork(config, logger));
      upkeep = startUpkeep(config, deps, () => worker.isPolling());
      return deps;
    },
  });
  return {
    worker,
    async stop() {
      await worker.stop();
      await upkeep?.stop();
      await pool.end();
    },
  };
}

void main().catch((error: unknown) => {
  process.stderr.write(`API cannot run: ${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exit(1);
});
