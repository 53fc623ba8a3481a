/**
 * Postgres, Redis and Temporal for a test run. Owns: a set of servers of its own per run directory, on any
 * free ports, without fsync, ended with the run. Also a command: `node embedded/test-servers.mjs <runDir>`
 * prints one JSON line when they answer and ends them when its standard input closes, so that not even a
 * `kill -9` of the test runner leaves them behind.
 */
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createContext } from './context.mjs';
import { acquireLock } from './lock.mjs';
import { openRunDirectory } from './private-files.mjs';
import { endLeftovers, openProcessTable } from './process-table.mjs';
import { createProgress } from './progress.mjs';
import { bringUpPostgres } from './servers/postgres.mjs';
import { bringUpRedis } from './servers/redis.mjs';
import { findTemporalTestServer } from './servers/temporal-test-server.mjs';
import { bringUpTemporal } from './servers/temporal.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const defaultRunDir = () => resolve(process.env.RUN_DIR || join(ROOT, '.run-test'));

/** Ends what a killed run left and, unless told to keep it, removes its data. */
async function clearOldRun(runDir, fresh) {
  await endLeftovers(openProcessTable(runDir), () => true);
  if (!fresh) return;
  for (const name of ['redis', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm']) {
    rmSync(join(runDir, name), { recursive: true, force: true });
  }
}

/** All three at once; when one fails the others are ended before the error is passed on. */
async function bringUpAll(context, { step }, inMemory) {
  const outcomes = await Promise.allSettled([
    step('Postgres', (note) => bringUpPostgres(context, note)),
    step('Redis', (note) => bringUpRedis(context, note)),
    step('Temporal', (note) => bringUpTemporal(context, { inMemory }, note)),
  ]);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) {
    await context.stopAll();
    throw failed.reason;
  }
  return outcomes.map(({ value }) => value);
}

/**
 * Brings up the three servers (or uses those that DATABASE_URL, REDIS_URL and TEMPORAL_ADDRESS name).
 * Servers left by a killed earlier run in the same directory are ended first. The Postgres cluster is kept
 * between runs (making one costs a second): tests make databases of their own; the role may.
 * @param {object} [options]
 * @param {string} [options.runDir] default: RUN_DIR, else `.run-test` in the repository
 * @param {(line: string) => void} [options.log]
 * @param {boolean} [options.temporalInMemory] default true; false keeps workflows over a restart of the server
 * @param {boolean} [options.fresh] default true: Redis and Temporal start empty
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<{databaseUrl: string, redisUrl: string, temporalAddress: string, temporalNamespace: string,
 *   temporalUi: string | null, pids: Record<string, number>, control(name: string): object | null,
 *   stop(): Promise<void>}>} `control('redis').stop(ms)` takes one down until `.start()`; both keep its port
 */
export async function bringUpServers({
  runDir = defaultRunDir(),
  log = () => {},
  temporalInMemory = true,
  fresh = true,
  env = process.env,
} = {}) {
  const directory = resolve(runDir);
  openRunDirectory(directory);
  const lock = acquireLock(join(directory, 'supervisor.lock'));
  try {
    await clearOldRun(directory, fresh);
    const context = createContext({ root: ROOT, runDir: directory, env, durable: false, usualPort: 0 });
    const progress = createProgress({ stdout: { write: (text) => log(text.trimEnd()) } });
    const [postgres, redis, temporal] = await bringUpAll(context, progress, temporalInMemory);
    return {
      databaseUrl: postgres.url,
      redisUrl: redis.url,
      temporalAddress: temporal.address,
      temporalNamespace: temporal.namespace,
      temporalUi: temporal.ui,
      pids: Object.fromEntries(context.processes.map((one) => [one.name, one.pid()])),
      control: (name) => context.processes.find((one) => one.name === name) ?? null,
      async stop() {
        await context.stopAll();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The time-skipping test server's program, or null: then let the SDK fetch its own.
 * @param {{runDir?: string, env?: NodeJS.ProcessEnv}} [options]
 * @returns {Promise<string | null>}
 */
export function temporalTestServerPath({ runDir = defaultRunDir(), env = process.env } = {}) {
  openRunDirectory(resolve(runDir));
  return findTemporalTestServer({ runDir: resolve(runDir), env });
}

async function main(runDir) {
  const log = (line) => process.stderr.write(`${line}\n`);
  const servers = await bringUpServers({ ...(runDir ? { runDir } : {}), log });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await servers.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  process.stdin.on('end', stop).on('close', stop).resume();
  process.stdout.on('error', () => {});
  const testServer = await temporalTestServerPath(runDir ? { runDir } : {});
  process.stdout.write(`${JSON.stringify({ ...servers, temporalTestServer: testServer })}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  try {
    await main(process.argv[2]);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
