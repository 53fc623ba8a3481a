/** privacyIDEA from PyPI under gunicorn, a process for each core: second factors only, no passwords, no sessions. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { URLSearchParams, fileURLToPath } from 'node:url';
import { direct, expect, freshCode, takingTurns } from './people.mjs';
import { freePort, run, serve } from './processes.mjs';

const version = '3.14';
const PACKAGES = [
  `privacyidea==${version}`,
  // With a newer one it does not start.
  'sqlalchemy==2.0.53',
  'gunicorn==27.0.1',
  'psycopg2-binary==2.9.13',
];
const OURS = fileURLToPath(new URL('./privacyidea/', import.meta.url));
const THREADS = 4;

async function install({ folder, log }) {
  const done = join(folder, 'installed');
  if (existsSync(done)) return;
  const options = { cwd: folder, log };
  await run('python3', ['-m', 'venv', 'venv'], options);
  await run(join('venv', 'bin', 'pip'), ['install', '-q', ...PACKAGES], options);
  writeFileSync(done, PACKAGES.join('\n'));
}

async function seed(bin, { people, scratch, ...options }) {
  for (const step of ['create_enckey', 'create_audit_keys', 'create_tables'])
    await run(join(bin, 'pi-manage'), ['setup', step], options);
  const file = join(scratch, 'privacyidea-people.json');
  writeFileSync(file, JSON.stringify(people));
  await run(join(bin, 'python'), [join(OURS, 'seed.py'), file], options);
}

async function startServer({ folder, database, people, scratch, log }) {
  const state = join(scratch, 'privacyidea');
  mkdirSync(state);
  const config = join(OURS, 'pi.cfg');
  const env = {
    PRIVACYIDEA_CONFIGFILE: config,
    BENCH_STATE: state,
    BENCH_SECRET: randomBytes(24).toString('hex'),
    DATABASE_URL: database,
  };
  const bin = join(folder, 'venv', 'bin');
  await seed(bin, { people, scratch, cwd: state, env, log });
  const port = await freePort();
  const application = `privacyidea.app:create_app(config_name='production', config_file='${config}', silent=True)`;
  const { stop } = await serve({
    command: join(bin, 'gunicorn'),
    args: [
      ...['--workers', String(availableParallelism()), '--threads', String(THREADS), '--keep-alive', '30'],
      ...['--bind', `127.0.0.1:${port}`, application],
    ],
    cwd: state,
    log,
    env,
    ready: `http://127.0.0.1:${port}/`,
  });
  return { base: `http://127.0.0.1:${port}`, stop };
}

/** Asks for a user's second factor; throws unless the answer is the wanted one. */
const checker = (base) => async (user, pass, wanted) => {
  const response = await fetch(`${base}/validate/check`, {
    method: 'POST',
    body: new URLSearchParams({ user, pass }),
  });
  const text = await response.text();
  expect(response.ok && JSON.parse(text).result.authentication === wanted, response, text);
};

export const privacyidea = {
  slug: 'privacyidea',
  name: 'privacyIDEA',
  version,
  programs: ['python3'],
  install,

  async start(options) {
    const { people } = options;
    const { base, stop } = await startServer(options);
    const check = checker(base);
    const take = takingTurns(people.slice(1));
    return {
      kinds: {
        'let-in': direct(take, ({ name }) => check(`plain-${name}`, '', 'ACCEPT')),
        challenge: direct(take, ({ name }) => check(name, '', 'CHALLENGE')),
        totp: direct(take, (person) => check(person.name, freshCode(person), 'ACCEPT')),
      },
      tryCode: (code) =>
        check(people[0].name, code, 'ACCEPT').then(
          () => true,
          () => false,
        ),
      stop,
    };
  },
};
