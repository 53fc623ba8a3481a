/**
 * The real product as `npm start` runs it, for tests that kill, stop and restart its processes: `embedded/start.mjs`
 * as a child with a run directory of its own, free ports and servers of its own. Owns: that it never outlives the
 * test, not even one that is killed. Must never: signal a process that this instance did not start.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { pidsOf, readInstanceFile, type InstanceFile } from '../e2e/support/instance-file';
import {
  childrenOf,
  choosePorts,
  isAlive,
  isRecorded,
  startGuardian,
  startSupervisor,
  until,
  type Supervisor,
} from '../e2e/support/product-processes';
import { createHttpClient, type CallOptions, type HttpAnswer } from './http-client';

type Environment = Readonly<Record<string, string>>;

/** `status` 0: no answer, the connection was refused or closed; `text` is then the error's code. */
export interface TimedAnswer extends HttpAnswer {
  readonly ms: number;
}

export interface Instance {
  readonly runDir: string;
  /** As the file says now; as it last said while the instance is down. */
  readonly now: InstanceFile;
  /** Calls the first API, or the n-th. A closed or refused connection is an answer too: status 0. */
  call(method: string, path: string, options?: CallOptions & { api?: number }): Promise<TimedAnswer>;
  /** Runs a statement in the instance's database. */
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A connection of the test's own, ended with the instance. */
  connectToPostgres(): Promise<Client>;
  /** Signals one of the instance's processes. */
  signal(pid: number, signal: NodeJS.Signals): void;
  /** Waits until `/health/ready` is green for every API. */
  ready(): Promise<void>;
  /** SIGTERM to the supervisor; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** `kill -9` of the supervisor and of everything that it started. */
  killTree(): Promise<void>;
  /** Starts again on the same run directory. */
  start(env?: Environment): Promise<void>;
  /** Everything the supervisor has written to the terminal. */
  output(): string;
  /** Ends everything and removes the run directory. */
  dispose(): Promise<void>;
}

const START_WITHIN_MS = 120_000;

/** Starts an instance. Call `dispose` in `afterAll`. */
export async function startInstance({ env = {} }: { env?: Environment } = {}): Promise<Instance> {
  const runDir = mkdtempSync(join(tmpdir(), 'zewstid-e2e-'));
  const guardian = startGuardian(runDir);
  const ports = choosePorts();
  const clients: Client[] = [];
  const state: { supervisor: Supervisor | undefined; last: InstanceFile | undefined; output: string } = {
    supervisor: undefined,
    last: undefined,
    output: '',
  };

  const read = (): InstanceFile => {
    state.last = readInstanceFile(runDir) ?? state.last;
    if (!state.last) throw new Error(`the instance is not up yet:\n${state.output}`);
    return state.last;
  };

  async function start(more: Environment = {}): Promise<void> {
    const supervisor = startSupervisor(
      runDir,
      { ...ports, ...env, ...more },
      (text) => (state.output += text),
    );
    state.supervisor = supervisor;
    await until(
      () => {
        if (supervisor.hasEnded()) throw new Error(`the instance did not start:\n${state.output}`);
        return readInstanceFile(runDir)?.pids.supervisor === supervisor.pid;
      },
      { what: 'a started instance', withinMs: START_WITHIN_MS },
    );
    read();
  }

  async function stop(): Promise<number | null> {
    state.supervisor?.kill('SIGTERM');
    return (await state.supervisor?.ended) ?? null;
  }

  async function connectToPostgres(): Promise<Client> {
    const client = new Client({ connectionString: read().postgres, connectionTimeoutMillis: 5_000 });
    // A connection that breaks because the test killed the server is no error of the test.
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  }

  const instance: Instance = {
    runDir,
    get now() {
      return read();
    },
    call: (method, path, options) => timedCall(read(), { method, path, options: options ?? {} }),
    async query<Row extends QueryResultRow>(text: string, values: unknown[] = []) {
      const client = await connectToPostgres();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    connectToPostgres,
    signal(pid, signal) {
      const { postgres } = read().pids;
      const isOurs =
        isRecorded(runDir, pid) || (isRecorded(runDir, postgres) && childrenOf(postgres).includes(pid));
      if (!isOurs) throw new Error(`${pid} is no process of this instance`);
      process.kill(pid, signal);
    },
    ready: () => allReady(read),
    stop,
    async killTree() {
      // The supervisor first, or it would start the others again.
      state.supervisor?.kill('SIGKILL');
      await state.supervisor?.ended;
      const pids = pidsOf(read().pids).filter((pid) => isRecorded(runDir, pid));
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await until(() => !pids.some(isAlive), { what: 'the end of every process' });
    },
    start,
    output: () => state.output,
    async dispose() {
      await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
      if (state.supervisor && !state.supervisor.hasEnded()) await stop();
      await guardian.clear();
    },
  };
  try {
    await start();
  } catch (error) {
    await instance.dispose();
    throw error;
  }
  return instance;
}

async function timedCall(
  { apis, operator, demo }: InstanceFile,
  {
    method,
    path,
    options: { api = 0, ...options },
  }: { method: string; path: string; options: CallOptions & { api?: number } },
): Promise<TimedAnswer> {
  const secrets = { [operator.clientId]: operator.clientSecret, [demo.clientId]: demo.clientSecret };
  const client = createHttpClient(apis[api] ?? '', secrets);
  const from = performance.now();
  const elapsed = () => Math.round(performance.now() - from);
  try {
    return { ...(await client.call(method, path, options)), ms: elapsed() };
  } catch (error) {
    // By name: fetch throws the TypeError of another realm than the test's.
    if ((error as Error).name !== 'TypeError') throw error;
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? 'unknown';
    return { status: 0, body: {}, text: cause, headers: new Headers(), ms: elapsed() };
  }
}

function allReady(read: () => InstanceFile): Promise<void> {
  return until(
    async () => {
      for (const api of read().apis) {
        if ((await fetch(`${api}/health/ready`).catch(() => undefined))?.status !== 200) return false;
      }
      return true;
    },
    { what: 'readiness', withinMs: 60_000 },
  ).then(() => undefined);
}

export { pidsOf } from '../e2e/support/instance-file';
export { childrenOf, isAlive, REPOSITORY, until } from '../e2e/support/product-processes';
