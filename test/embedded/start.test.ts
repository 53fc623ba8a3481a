/** `npm start` as a whole, with a stand-in for the product. */
import { type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { layOutFakeProduct } from './fake-product';
import { cleanUp, isAlive, listen, startProgram, temporaryDirectory, until } from './support';

interface Instance {
  api: string;
  apis: string[];
  pids: {
    supervisor: number;
    api: number[];
    worker: number[];
    temporal: number;
    postgres: number;
    redis: number;
  };
  demo: { clientId: string; userId: string };
}

const ANY_PORT = {
  PORT: '0',
  METRICS_PORT: '0',
  WORKER_METRICS_PORT: '0',
  CODEC_PORT: '0',
  TEMPORAL_PORT: '0',
};
const ANY_SERVER_PORT = { TEMPORAL_UI_PORT: '0', POSTGRES_PORT: '0', REDIS_PORT: '0' };
const NOT_NAMED = { DATABASE_URL: '', REDIS_URL: '', TEMPORAL_ADDRESS: '', API_INSTANCES: '2', WORKERS: '1' };

jest.setTimeout(180_000);

const root = temporaryDirectory();
const supervisors: ChildProcess[] = [];
beforeAll(() => layOutFakeProduct(root));
afterAll(async () => {
  for (const one of supervisors) {
    if (one.exitCode !== null || one.signalCode !== null) continue;
    one.kill('SIGTERM');
    await listen(one).ended;
  }
  cleanUp();
});

function start(runDir: string, env: Record<string, string> = {}) {
  const all = { ...ANY_PORT, ...ANY_SERVER_PORT, ...NOT_NAMED, RUN_DIR: runDir, ...env };
  const child = startProgram([join(root, 'embedded', 'start.mjs')], all);
  supervisors.push(child);
  return { child, ...listen(child) };
}

function instanceOf(runDir: string): Instance | null {
  const file = join(root, runDir, 'instance.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Instance) : null;
}

/** Waits for the instance file of this very supervisor. */
async function ready(runDir: string, { child, text }: ReturnType<typeof start>): Promise<Instance> {
  return until(() => {
    if (child.exitCode !== null) throw new Error(text());
    const instance = instanceOf(runDir);
    return instance?.pids.supervisor === child.pid ? instance : null;
  }, 120_000);
}

const answers = async (url: string) => (await fetch(url).catch(() => null))?.status === 200;

test('one command brings up everything, and SIGTERM takes it down in order and leaves nothing', async () => {
  const run = start('.run-whole');
  const instance = await ready('.run-whole', run);
  expect(instance.apis).toHaveLength(2);
  for (const api of instance.apis) expect(await answers(`${api}/health/ready`)).toBe(true);
  expect(instance.demo).toMatchObject({ clientId: 'demo-shop', userId: 'usr_demo' });
  expect(statSync(join(root, '.run-whole', 'instance.json')).mode & 0o777).toBe(0o600);
  await until(() => run.text().includes('curl -s'));
  expect(run.text()).toMatch(/✓ Postgres .*\(DATABASE_URL: not set/);
  expect(run.text()).toMatch(/✓ Redis .*\(REDIS_URL: not set/);
  expect(run.text()).toMatch(/✓ Temporal .*\(TEMPORAL_ADDRESS: not set/);

  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(existsSync(join(root, '.run-whole', 'instance.json'))).toBe(false);
  expect(readFileSync(join(root, '.run-whole', 'stops'), 'utf8')).toBe('api\napi\nworker\n');
  const { api, worker, temporal, postgres, redis } = instance.pids;
  expect([...api, ...worker, temporal, postgres, redis].filter(isAlive)).toEqual([]);
});

test('a second start on a live run directory is refused and names the process that runs', async () => {
  const first = start('.run-twice');
  await ready('.run-twice', first);
  const second = start('.run-twice');
  expect(await second.ended).toBe(1);
  expect(second.text()).toContain(
    `Already running on ${join(root, '.run-twice')}: process ${first.child.pid}`,
  );
  expect(instanceOf('.run-twice')?.pids.supervisor).toBe(first.child.pid);
});

test('after kill -9 of the supervisor a new start finds the servers again and ends the old API and worker', async () => {
  const killed = start('.run-killed');
  const before = await ready('.run-killed', killed);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect([before.pids.postgres, before.pids.redis, before.pids.temporal].every(isAlive)).toBe(true);

  const after = await ready('.run-killed', start('.run-killed'));
  const { postgres, redis, temporal } = before.pids;
  expect(after.pids).toMatchObject({ postgres, redis, temporal });
  expect([...before.pids.api, ...before.pids.worker].filter(isAlive)).toEqual([]);
  expect(after.api).toBe(before.api);
});

test('every process that is killed comes back, and the instance file tells its new pid', async () => {
  const run = start('.run-crash');
  const { pids } = await ready('.run-crash', run);
  const killed = [...pids.api, ...pids.worker, pids.temporal, pids.postgres, pids.redis];
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  const after = await until(() => {
    const now = instanceOf('.run-crash');
    if (!now || now.pids.api.length !== 2) return null;
    const all = [...now.pids.api, ...now.pids.worker, now.pids.temporal, now.pids.postgres, now.pids.redis];
    return all.length === killed.length && all.every((pid) => pid && !killed.includes(pid)) ? now : null;
  });
  await until(() => answers(`${after.api}/health/ready`));
});

test('it goes on when the terminal is closed: SIGHUP, and nobody reads its output', async () => {
  const run = start('.run-hangup');
  const { pids, api } = await ready('.run-hangup', run);
  await until(() => run.text().includes('Ctrl-C'));
  run.child.stdout?.destroy();
  run.child.stderr?.destroy();
  run.child.kill('SIGHUP');
  process.kill(Number(pids.worker[0]), 'SIGKILL');
  await until(() => instanceOf('.run-hangup')?.pids.worker.some((pid) => pid !== pids.worker[0]));
  await until(() => answers(`${api}/health/ready`));
  expect(run.child.exitCode).toBeNull();
});
