/** `.run/instance.json` and the secrets beside it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, runEmbedded, startProgram, EMBEDDED, listen, temporaryDirectory, until } from './support';

afterEach(cleanUp);

test('the instance file is for its owner only, and gone after its removal', async () => {
  const runDir = temporaryDirectory();
  const file = join(runDir, 'instance.json');
  await runEmbedded(`(await load('instance-file.mjs')).writeInstanceFile(input.runDir, { version: 1 });`, {
    runDir,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await runEmbedded(`(await load('instance-file.mjs')).removeInstanceFile(input.runDir);`, { runDir });
  expect(readdirSync(runDir)).toEqual([]);
});

test('a reader never sees half an instance file while it is replaced', async () => {
  const runDir = temporaryDirectory();
  const file = join(runDir, 'instance.json');
  const writer = startProgram([
    '--input-type=module',
    '-e',
    `const { writeInstanceFile } = await import('file://${EMBEDDED}/instance-file.mjs');
     for (let n = 0; n < 2000; n += 1) writeInstanceFile('${runDir}', { n, padding: 'x'.repeat(50_000), end: n });`,
  ]);
  const { ended } = listen(writer);
  await until(() => existsSync(file));
  let reads = 0;
  while (writer.exitCode === null) {
    const { n, end } = JSON.parse(readFileSync(file, 'utf8')) as { n: number; end: number };
    expect(end).toBe(n);
    reads += 1;
    if (reads % 20 === 0) await new Promise(setImmediate);
  }
  expect(await ended).toBe(0);
  expect(reads).toBeGreaterThan(20);
});

test('secrets are made once, for their owner only, and a MASTER_KEY of the environment is not written down', async () => {
  const runDir = temporaryDirectory();
  const code = `return (await load('secrets.mjs')).loadSecrets(input.runDir, { MASTER_KEY: input.key });`;
  type Secrets = { masterKey: string; demo: { totpSecret: string } };
  const first = await runEmbedded<Secrets>(code, { runDir });
  expect(Buffer.from(first.masterKey, 'base64')).toHaveLength(32);
  expect(first.demo.totpSecret).toMatch(/^[A-Z2-7]{32}$/);
  expect(statSync(join(runDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(await runEmbedded(code, { runDir })).toEqual(first);
  expect(await runEmbedded(code, { runDir, key: 'given' })).toMatchObject({
    masterKey: 'given',
    demo: first.demo,
  });
  expect(readFileSync(join(runDir, 'secrets.json'), 'utf8')).not.toContain('given');
});
