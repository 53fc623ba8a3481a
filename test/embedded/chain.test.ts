/** "The first that works": the order of the sources, and what is said about it. */
import { cleanUp, runEmbedded, temporaryDirectory } from './support';

afterEach(cleanUp);

test('the first source that works serves, and the ones before it are named with their reasons', async () => {
  const said = await runEmbedded<string>(`
    const { firstThatWorks, describeChoice } = await load('chain.mjs');
    const asked = [];
    const source = (name, find) => ({ name, find: () => { asked.push(name); return find(); } });
    const choice = await firstThatWorks('server', [
      source('PATH', () => 'not found'),
      source('wheel', () => { throw new Error('pip is missing\\nand more'); }),
      source('archive', () => ({ program: '/bin/true' })),
      source('never', () => ({})),
    ], 'Install it.');
    return describeChoice(choice) + ' ' + asked.join();`);
  expect(said).toBe('from archive (PATH: not found; wheel: pip is missing) PATH,wheel,archive');
});

test('when nothing works the message lists every source and what to do', async () => {
  const attempt = runEmbedded(`
    const { firstThatWorks } = await load('chain.mjs');
    await firstThatWorks('Redis server', [{ name: 'PATH', find: () => 'not found' }], 'Install redis.');`);
  await expect(attempt).rejects.toThrow(/no Redis server:\n\s+- PATH: not found\n\s+Install redis\./);
});

const NAMED = [
  {
    call: `(await load('servers/postgres.mjs')).bringUpPostgres(context, note)`,
    DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x',
  },
  {
    call: `(await load('servers/redis.mjs')).bringUpRedis(context, note)`,
    REDIS_URL: 'redis://:b@127.0.0.1:1/0',
  },
  {
    call: `(await load('servers/temporal.mjs')).bringUpTemporal(context, {}, note)`,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  },
];

test.each(NAMED)(
  'a server that the user named and that does not answer is never replaced: $call',
  async ({ call, ...env }) => {
    const attempt = runEmbedded(
      `const { createContext } = await load('context.mjs');
     const { openRunDirectory } = await load('private-files.mjs');
     openRunDirectory(input.runDir);
     const note = (text) => process.stderr.write(text + '\\n');
     const context = createContext({ root: '/nowhere', runDir: input.runDir, env: input.env });
     await ${call};`,
      { runDir: temporaryDirectory(), env },
    );
    await expect(attempt).rejects.toThrow(`${Object.keys(env).join()} is set but`);
  },
  30_000,
);
