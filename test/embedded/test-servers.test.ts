/** The servers of a test run: found, and ended with it. */
import { join } from 'node:path';
import { EMBEDDED, cleanUp, isAlive, listen, startProgram, temporaryDirectory, until } from './support';

jest.setTimeout(120_000);
afterEach(cleanUp);

interface Servers {
  databaseUrl: string;
  redisUrl: string;
  temporalAddress: string;
  pids: Record<'postgres' | 'redis' | 'temporal', number>;
}

async function bringUp(runDir: string) {
  const env = { DATABASE_URL: '', REDIS_URL: '', TEMPORAL_ADDRESS: '' };
  const child = startProgram([join(EMBEDDED, 'test-servers.mjs'), runDir], env);
  const heard = listen(child);
  const line = await until(() => {
    if (child.exitCode !== null) throw new Error(heard.text());
    return heard
      .text()
      .split('\n')
      .find((text) => text.startsWith('{'));
  }, 100_000);
  return { child, ...heard, servers: JSON.parse(line) as Servers };
}

test('the servers end when the runner that asked for them is gone', async () => {
  const { child, ended, servers } = await bringUp(temporaryDirectory());
  expect(servers.databaseUrl).toMatch(/^postgres:\/\/mfa:.+@127\.0\.0\.1:\d+\/mfa$/);
  expect(Object.values(servers.pids).filter(isAlive)).toHaveLength(3);
  child.stdin?.end();
  expect(await ended).toBe(0);
  expect(Object.values(servers.pids).filter(isAlive)).toEqual([]);
});

test('servers that a killed run left are ended by the next run in the same directory', async () => {
  const runDir = temporaryDirectory();
  const killed = await bringUp(runDir);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(Object.values(killed.servers.pids).filter(isAlive)).toHaveLength(3);

  const next = await bringUp(runDir);
  expect(Object.values(killed.servers.pids).filter(isAlive)).toEqual([]);
  expect(Object.values(next.servers.pids).filter(isAlive)).toHaveLength(3);
  next.child.stdin?.end();
  await next.ended;
});
