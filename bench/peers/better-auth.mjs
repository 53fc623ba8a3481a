/** better-auth from npm: one Node process on Postgres, e-mail and password with the two-factor plugin. */
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PASSWORD, after, direct, expect, freshCode, takingTurns } from './people.mjs';
import { freePort, run, serve } from './processes.mjs';

const version = '1.7.25';
const PACKAGES = { 'better-auth': version, pg: '8.23.1' };
const SERVER = fileURLToPath(new URL('./better-auth/server.mjs', import.meta.url));

async function install({ folder, log }) {
  const manifest = { private: true, type: 'module', dependencies: PACKAGES };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  // The last file that npm writes: a broken-off installation has none.
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json')))
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, log });
  // It has to lie where its imports are.
  copyFileSync(SERVER, join(folder, 'server.mjs'));
}

async function startServer({ folder, database, people, scratch, log }) {
  const base = `http://127.0.0.1:${await freePort()}`;
  const peopleFile = join(scratch, 'better-auth-people.json');
  const stub = randomBytes(16).toString('hex');
  writeFileSync(peopleFile, JSON.stringify({ password: PASSWORD, people }));
  const { stop } = await serve({
    command: process.execPath,
    args: ['server.mjs'],
    cwd: folder,
    log,
    ready: `${base}/api/auth/ok`,
    env: {
      NODE_ENV: 'production',
      BASE_URL: base,
      DATABASE_URL: database,
      PEOPLE_FILE: peopleFile,
      BETTER_AUTH_SECRET: randomBytes(32).toString('hex'),
      STUB_PASSWORD: stub,
    },
  });
  return { base, stop, stub };
}

/** Posts to the API; resolves to the answer and the cookie of a challenge. */
const poster = (base) => async (path, body, cookie) => {
  const response = await fetch(`${base}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: base, ...(cookie && { cookie }) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.ok, response, text);
  const cookies = response.headers.getSetCookie().map((one) => one.split(';')[0]);
  return { answer: JSON.parse(text), cookie: cookies.filter((one) => one.includes('two_factor')).join('; ') };
};

function stepsOf(base, stub) {
  const post = poster(base);
  const signIn = (name, password) => post('/sign-in/email', { email: `${name}@bench.test`, password });
  const enter = async (cookie, code) => {
    const { answer } = await post('/two-factor/verify-totp', { code }, cookie);
    if (!answer.token) throw new Error('no session after the code');
  };
  return {
    enter,
    async letIn({ name }) {
      const { answer } = await signIn(`plain-${name}`, stub);
      if (!answer.token) throw new Error('a user without a second factor got no session');
    },
    async challenge({ name }, password = stub) {
      const { answer, cookie } = await signIn(name, password);
      if (answer.twoFactorRedirect !== true || !cookie) throw new Error('no second factor was asked for');
      return cookie;
    },
  };
}

export const betterAuth = {
  slug: 'better-auth',
  name: 'better-auth',
  version,
  hash: 'scrypt (N 16384, r 16)',
  programs: ['npm'],
  install,

  async start(options) {
    const { base, stop, stub } = await startServer(options);
    const { letIn, challenge, enter } = stepsOf(base, stub);
    const take = takingTurns(options.people.slice(1));
    return {
      kinds: {
        'let-in': direct(take, letIn),
        challenge: direct(take, (person) => challenge(person)),
        totp: after(
          take,
          (person) => challenge(person),
          (person, cookie) => enter(cookie, freshCode(person)),
        ),
        password: direct(take, async (person) => enter(await challenge(person, PASSWORD), freshCode(person))),
      },
      async tryCode(code) {
        const cookie = await challenge(options.people[0]);
        return enter(cookie, code).then(
          () => true,
          () => false,
        );
      },
      stop,
    };
  },
};
