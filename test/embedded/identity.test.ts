/** Who a pid is: the guard before every signal sent to a pid that was read from a file. */
import { spawn } from 'node:child_process';
import { cleanUp, isAlive, listen, runEmbedded, startProgram, until } from './support';

afterEach(cleanUp);

const SLEEPER = ['-e', 'setInterval(() => {}, 1000)', 'a-mark'];

test('a pid that was reused by another process is never signalled', async () => {
  const bystander = startProgram(SLEEPER);
  const outcome = await runEmbedded<string>(
    `const { endProcess } = await load('identity.mjs');
     return endProcess({ pid: input.pid, startTime: 'another-boot:1' });`,
    { pid: bystander.pid },
  );
  expect(outcome).toBe('gone');
  expect(isAlive(Number(bystander.pid))).toBe(true);
});

test('a process that does not mention the recorded data directory is never signalled', async () => {
  const bystander = startProgram(SLEEPER);
  const outcomes = await runEmbedded<string[]>(
    `const { endProcess, identify } = await load('identity.mjs');
     const record = identify(input.pid);
     return [await endProcess({ ...record, mentions: 'no-such-mark' }), await endProcess({ ...record, mentions: 'a-mark' })];`,
    { pid: bystander.pid },
  );
  expect(outcomes).toEqual(['gone', 'ended']);
});

test('a process that does not end when asked is killed after its time', async () => {
  const stubborn = startProgram([
    '-e',
    `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')`,
  ]);
  const heard = listen(stubborn);
  await until(() => heard.text().includes('up'));
  const outcome = await runEmbedded<string>(
    `const { endProcess, identify } = await load('identity.mjs');
     return endProcess(identify(input.pid), { withinMs: 100 });`,
    { pid: stubborn.pid },
  );
  expect(outcome).toBe('killed');
  expect(await heard.ended).toBeNull();
});

test('a zombie counts as ended: in a container nobody may ever bury it', async () => {
  // The shell's child outlives it as a child of `sleep`, which never waits for it.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60']);
  try {
    const heard = listen(parent);
    const pid = Number(await until(() => heard.text().trim()));
    await until(() => !isAlive(pid));
    const startTime = await runEmbedded<string | null>(
      `const { startTimeOf } = await load('identity.mjs'); return startTimeOf(input.pid);`,
      { pid },
    );
    expect(startTime).toBeNull();
  } finally {
    parent.kill('SIGKILL');
  }
});
