/** One supervisor per run directory. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDED, cleanUp, listen, runEmbedded, startProgram, temporaryDirectory, until } from './support';

afterEach(cleanUp);

const HOLD = (path: string) =>
  `const { acquireLock } = await import('file://${EMBEDDED}/lock.mjs');
   acquireLock('${path}'); console.log('held'); setInterval(() => {}, 1000);`;

const TRY = `const { acquireLock } = await load('lock.mjs');
  try { acquireLock(input.path).release(); return 'taken'; }
  catch (error) { return error.holder.pid; }`;

test('a lock is refused while its holder lives, and free as soon as the holder was killed', async () => {
  const path = join(temporaryDirectory(), 'supervisor.lock');
  const holder = startProgram(['--input-type=module', '-e', HOLD(path)]);
  const heard = listen(holder);
  await until(() => heard.text().includes('held'));
  expect(await runEmbedded(TRY, { path })).toBe(holder.pid);

  holder.kill('SIGKILL');
  await heard.ended;
  expect(existsSync(path)).toBe(true);
  expect(await runEmbedded(TRY, { path })).toBe('taken');
  expect(existsSync(path)).toBe(false);
});

test('of many that want a dead holder’s lock at once, one at a time has it', async () => {
  const path = join(temporaryDirectory(), 'build.lock');
  await runEmbedded(`const { acquireLock } = await load('lock.mjs'); acquireLock(input.path);`, { path });
  const code = `const { withLock } = await load('lock.mjs');
    return withLock(input.path, async () => {
      const from = Date.now();
      while (Date.now() - from < 30);
      return [from, Date.now()];
    });`;
  const spans = await Promise.all(
    Array.from({ length: 5 }, () => runEmbedded<[number, number]>(code, { path })),
  );
  spans.sort(([a], [b]) => a - b);
  spans
    .slice(1)
    .forEach(([from], index) => expect(from).toBeGreaterThanOrEqual(spans[index]?.[1] ?? Infinity));
});
