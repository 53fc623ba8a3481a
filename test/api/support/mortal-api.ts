/** A second API process with a worker of its own, beside a stack: it dies the moment it has answered. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createHttpClient, type HttpClient } from '../../support/http-client';
import { SECRETS, type Stack } from '../../support/stack';
import { until } from './patience';

const ROOT = join(__dirname, '..', '..', '..');
const PRELOAD = join(ROOT, 'test', 'support', 'dies-after-answering.cjs');

export interface MortalApi extends HttpClient {
  readonly child: ChildProcess;
  /** Resolves to the signal that ended the process. */
  readonly death: Promise<string>;
}

/** Starts the built API process on the stack's database, keys and task queue, on free ports. */
export async function startMortalApi({ config, database }: Stack, diesAfter: string): Promise<MortalApi> {
  const before = await workersOf(database);
  const settings = Object.entries(config).map(([name, value]) => [name, String(value)]);
  const child = fork(join(ROOT, 'dist', 'processes', 'api.js'), {
    execArgv: ['--require', PRELOAD],
    env: {
      ...process.env,
      ...Object.fromEntries(settings),
      ...{ PORT: '0', METRICS_PORT: '0', CODEC_PORT: '0', DEMO_THREAT_LISTS: '0', DIES_AFTER: diesAfter },
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const death = once(child, 'exit').then(([, signal]) => String(signal));
  const address = await addressOf(child);
  // Its worker comes up after its API, and beats when it polls.
  const isNew = (workers: ReadonlySet<string>) => [...workers].some((id) => !before.has(id));
  if (!isNew(await until(() => workersOf(database), isNew))) {
    child.kill('SIGKILL');
    throw new Error('the worker of the API process does not run');
  }
  const client = createHttpClient(address, { 'demo-shop': SECRETS.demo.clientSecret });
  return { ...client, child, death };
}

async function workersOf({ pool }: Stack['database']): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>('select worker_id as id from worker_heartbeats');
  return new Set(rows.map(({ id }) => id));
}

/** The metrics server listens first, the API after it. */
async function addressOf(child: ChildProcess): Promise<string> {
  for (;;) {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const address = `http://127.0.0.1:${port}`;
    const live = await fetch(`${address}/health/live`).catch(() => undefined);
    if (live?.ok) return address;
  }
}
