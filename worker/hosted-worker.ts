/**
 * A worker for sign-ins inside an API process, on one connection with a client whose starts it can take over at once.
 * It comes up in the background and comes back after a failure; meanwhile other workers decide. Must never hold up the
 * API: without it every request takes the way over the server.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import type { ActivityDeps, Commits } from '../activities/deps';
import type { Config } from '../runtime/config';
import { errorName } from '../runtime/error-name';
import type { KeyRing } from '../runtime/keys';
import type { Logger } from '../runtime/logger';
import {
  connectionOptions,
  createDataConverter,
  ensureSearchAttributes,
} from '../runtime/temporal-connection';
import { SEARCH_ATTRIBUTES } from '../workflows/messages';
import { createDecisionsWorker, type DecisionsWorkerOptions } from './create-workers';

const AGAIN_AFTER_MS = 500;

export interface HostedWorker extends Commits {
  /** `undefined` while the worker does not run. */
  eagerClient(): Client | undefined;
  isPolling(): boolean;
  /** Takes no more work, finishes what it has, and closes the connection. */
  stop(): Promise<void>;
}

interface Hosting {
  readonly logger: Logger;
  readonly options: Omit<DecisionsWorkerOptions, 'connection'>;
  readonly commits: Commits;
  /** Makes what activities work with; tried again until it succeeds once. */
  prepare(): Promise<ActivityDeps>;
}

/** Starts it; returns at once. */
export function startHostedWorker(config: Config, hosting: Hosting): HostedWorker {
  const { logger, options, commits } = hosting;
  const stopping = new AbortController();
  let prepared: ActivityDeps | undefined;
  let current: { worker: Worker; client: Client } | undefined;

  async function runOnce(): Promise<void> {
    const deps = (prepared ??= { ...(await hosting.prepare()), commits });
    const connection = await NativeConnection.connect(connectionOptions(config));
    try {
      const client = createEagerClient(config, deps.keys, connection);
      await ensureSearchAttributes(client, config.TEMPORAL_NAMESPACE, SEARCH_ATTRIBUTES);
      const worker = await createDecisionsWorker(config, deps, { ...options, connection });
      if (stopping.signal.aborted) return;
      current = { worker, client };
      await worker.run();
    } finally {
      current = undefined;
      await connection.close().catch(() => undefined);
    }
  }

  const isPolling = () => current?.worker.getState() === 'RUNNING';
  const running = keepRunning(runOnce, { logger, until: stopping.signal });
  return {
    ...commits,
    eagerClient: () => (isPolling() ? current?.client : undefined),
    isPolling,
    async stop() {
      stopping.abort();
      if (isPolling()) current?.worker.shutdown();
      await running;
    },
  };
}

async function keepRunning(
  runOnce: () => Promise<void>,
  { logger, until }: { logger: Logger; until: AbortSignal },
): Promise<void> {
  let isKnown = false;
  while (!until.aborted) {
    await runOnce().then(
      () => (isKnown = false),
      (error: unknown) => {
        // Temporal may be away for an hour.
        if (!isKnown)
          logger.warn({ cause: errorName(error) }, 'worker of this process does not run; trying again');
        isKnown = true;
      },
    );
    await delay(AGAIN_AFTER_MS, undefined, { signal: until }).catch(() => undefined);
  }
}

function createEagerClient(config: Config, keys: KeyRing, connection: NativeConnection): Client {
  return new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(keys, { scope: 'strict', clear: 'refuse' }),
  });
}
