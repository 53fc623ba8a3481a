/** Supervised children: started again, taken over, stopped for good. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, isAlive, runEmbedded, temporaryDirectory } from './support';

afterEach(cleanUp);

/** Common start of the snippets: a host that counts, and a child that lives until it is ended. */
const HOST = `
  const { superviseProcess, restartPause } = await load('processes.mjs');
  const { openProcessTable } = await load('process-table.mjs');
  const { waitUntil } = await load('ready.mjs');
  const { setTimeout: pause } = await import('node:timers/promises');
  const table = openProcessTable(input.runDir);
  const seen = { changes: 0, ends: [] };
  const host = { table, logDir: input.runDir, onChange: () => (seen.changes += 1), onEnd: (name, how, ms) => seen.ends.push([how, ms]) };
  const spec = { name: 'child', role: 'api', mentions: 'a-mark', signature: 'same',
    plan: () => ({ command: process.execPath, args: ['-e', input.script ?? 'setInterval(() => {}, 1000)', 'a-mark'], env: process.env }) };
  const limits = { what: 'the child', withinMs: 20000 };
`;

test('a child that was killed is started again, told about, and recorded under its new pid', async () => {
  const outcome = await runEmbedded<{
    first: number;
    second: number;
    recorded: number;
    changes: number;
    ends: unknown[];
  }>(
    `${HOST}
     const child = superviseProcess(spec, host);
     child.start();
     const first = child.pid();
     process.kill(first, 'SIGKILL');
     const second = await waitUntil(() => child.pid() !== first && child.pid(), limits);
     const recorded = table.get('child').pid;
     await child.stop(2000);
     return { first, second, recorded, ...seen };`,
    { runDir: temporaryDirectory() },
  );
  expect(outcome.second).not.toBe(outcome.first);
  expect(outcome.recorded).toBe(outcome.second);
  expect(outcome).toMatchObject({ changes: 2, ends: [['was ended by SIGKILL', 50]] });
  expect(isAlive(outcome.second)).toBe(false);
});

test('a child that cannot stay up is started again after ever longer pauses, ten seconds at most', async () => {
  const { pauses, ends } = await runEmbedded<{ pauses: number[]; ends: [string, number][] }>(
    `${HOST}
     const child = superviseProcess(spec, host);
     child.start();
     await waitUntil(() => child.hopeless(3), limits);
     await child.stop(2000);
     return { ends: seen.ends, pauses: [1, 2, 3, 8, 9, 50].map(restartPause) };`,
    { runDir: temporaryDirectory(), script: 'process.exit(7)' },
  );
  expect(ends.slice(0, 3)).toEqual([50, 100, 200].map((pauseMs) => ['ended with code 7', pauseMs]));
  expect(pauses).toEqual([50, 100, 200, 6400, 10_000, 10_000]);
});

test('a child that was told to stop is not started again', async () => {
  const outcome = await runEmbedded<{
    outcome: string;
    pid: number | null;
    ends: unknown[];
    names: string[];
  }>(
    `${HOST}
     const child = superviseProcess(spec, host);
     child.start();
     const outcome = await child.stop(5000);
     await pause(300);
     return { outcome, pid: child.pid(), names: openProcessTable(input.runDir).names(), ...seen };`,
    { runDir: temporaryDirectory() },
  );
  expect(outcome).toMatchObject({ outcome: 'ended', pid: null, ends: [], names: [] });
});

test('a child outlives a killed supervisor, is taken over by the next one, and started again when it ends', async () => {
  const runDir = temporaryDirectory();
  const pid = await runEmbedded<number>(
    `${HOST} const child = superviseProcess(spec, host); child.start(); return child.pid();`,
    { runDir },
  );
  expect(isAlive(pid)).toBe(true);
  const next = await runEmbedded<{ adopted: number; after: number; ends: unknown[] }>(
    `${HOST}
     const record = table.live('child');
     const child = superviseProcess({ ...spec, plan: () => record.launch }, host);
     child.adopt(record);
     const adopted = child.pid();
     process.kill(adopted, 'SIGKILL');
     const after = await waitUntil(() => child.pid() !== adopted && child.pid(), limits);
     await child.stop(2000);
     return { adopted, after, ...seen };`,
    { runDir },
  );
  expect(next.adopted).toBe(pid);
  expect(next.after).not.toBe(pid);
  expect(next.ends).toEqual([['is gone', 50]]);
});

test('what a killed supervisor left is ended, and a bystander with a recorded pid is not', async () => {
  const runDir = temporaryDirectory();
  const outcome = await runEmbedded<{ ended: string[]; names: string[] }>(
    `${HOST}
     const { endLeftovers } = await load('process-table.mjs');
     const child = superviseProcess(spec, host);
     child.start();
     table.set('bystander', { pid: process.pid, startTime: 'another-boot:1' });
     const ended = await endLeftovers(table, () => true);
     await child.stop(100);
     return { ended, names: table.names().filter((name) => name !== 'child') };`,
    { runDir },
  );
  expect(outcome).toEqual({ ended: ['child'], names: [] });
});

test('a log that has grown large is moved aside when the child starts', async () => {
  const runDir = temporaryDirectory();
  const log = join(runDir, 'api-1.log');
  writeFileSync(log, 'old'.repeat(100));
  await runEmbedded(`(await load('logs.mjs')).openLog(input.runDir, 'api-1', { rotateAtBytes: 100 });`, {
    runDir,
  });
  expect(readFileSync(`${log}.1`, 'utf8')).toHaveLength(300);
  expect(statSync(log).size).toBe(0);
  expect(existsSync(`${log}.2`)).toBe(false);
});
