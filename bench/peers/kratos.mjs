/** Ory Kratos, built from its Go module: whoami tells whether a second factor is due, a login flow takes it. */
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configOf } from './kratos/config.mjs';
import { emailOf, makeIdentities } from './kratos/identities.mjs';
import { PASSWORD, direct, expect, freshCode, inLanes, takingTurns } from './people.mjs';
import { freePort, run, serve } from './processes.mjs';

const version = '1.3.1';
const OURS = fileURLToPath(new URL('./kratos/', import.meta.url));

async function install({ folder, log }) {
  if (existsSync(join(folder, 'kratos'))) return;
  for (const file of ['go.mod', 'main.go']) copyFileSync(join(OURS, file), join(folder, file));
  await run('go', ['build', '-o', 'kratos', '.'], { cwd: folder, log, env: { GOFLAGS: '-mod=mod' } });
}

async function startServer({ folder, database, scratch, log }) {
  const [publicPort, adminPort] = [await freePort(), await freePort()];
  const dsn = `${database}?sslmode=disable&max_conns=20&max_idle_conns=20`;
  const config = join(scratch, 'kratos.json');
  writeFileSync(config, JSON.stringify(configOf({ dsn, publicPort, adminPort })));
  const command = join(folder, 'kratos');
  const options = { cwd: scratch, log, env: { SQA_OPT_OUT: 'true', DSN: dsn } };
  await run(command, ['migrate', 'sql', '--read-from-env', '--yes'], options);
  const base = `http://127.0.0.1:${publicPort}`;
  const args = ['serve', '-c', config];
  const { stop } = await serve({ command, args, ready: `${base}/health/ready`, ...options });
  return { base, admin: `http://127.0.0.1:${adminPort}`, stop };
}

/** Throws unless the answer has the wanted status. */
const sender = (base) =>
  async function send(path, { session, body, status = 200 }) {
    const response = await fetch(base + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(session && { 'x-session-token': session }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    expect(response.status === status, response, text);
    return JSON.parse(text);
  };

function stepsOf(base) {
  const send = sender(base);
  const flowAfter = async (session) => {
    const { id, requested_aal: aal } = await send('/self-service/login/api?aal=aal2', { session });
    if (aal !== 'aal2') throw new Error('the flow asks for no second factor');
    return id;
  };
  return {
    flowAfter,
    async letIn(session) {
      const { active } = await send('/sessions/whoami', { session });
      if (active !== true) throw new Error('no active session');
    },
    async challenge(session) {
      const { error } = await send('/sessions/whoami', { session, status: 403 });
      if (error.id !== 'session_aal2_required') throw new Error(`refused otherwise: ${error.id}`);
      return flowAfter(session);
    },
    async enter(session, flow, code) {
      const body = { method: 'totp', totp_code: code };
      const { session: raised } = await send(`/self-service/login?flow=${flow}`, { session, body });
      if (raised?.authenticator_assurance_level !== 'aal2') throw new Error('the session was not raised');
    },
    async login(name) {
      const { id } = await send('/self-service/login/api', {});
      const body = { method: 'password', identifier: emailOf(name), password: PASSWORD };
      const { session_token: session } = await send(`/self-service/login?flow=${id}`, { body });
      if (!session) throw new Error('no session after the password');
      return session;
    },
  };
}

function kindsOf({ people, sessions }, { letIn, challenge, flowAfter, enter, login }) {
  const take = takingTurns(people.slice(1));
  /** Each time new sessions: one that was raised needs no second factor any more. */
  const withSessions = async (count, idOf) => {
    const taken = await take(count);
    const tokens = await sessions(taken.map(idOf));
    return taken.map((person, index) => ({ person, session: tokens[index] }));
  };
  const onSessions = (idOf, send) => async (count) =>
    (await withSessions(count, idOf)).map(
      ({ session }) =>
        () =>
          send(session),
    );
  return {
    'let-in': onSessions(({ plainId }) => plainId, letIn),
    challenge: onSessions(({ id }) => id, challenge),
    totp: async (count) =>
      inLanes(await withSessions(count, ({ id }) => id), async ({ person, session }) => {
        const flow = await flowAfter(session);
        return () => enter(session, flow, freshCode(person));
      }),
    password: direct(take, async (person) => {
      const session = await login(person.name);
      await enter(session, await flowAfter(session), freshCode(person));
    }),
  };
}

export const kratos = {
  slug: 'kratos',
  name: 'Ory Kratos',
  version,
  hash: 'bcrypt (cost 12)',
  programs: ['go'],
  install,

  async start(options) {
    const { base, admin, stop: end } = await startServer(options);
    const steps = stepsOf(base);
    let made;
    const stop = async () => {
      await made?.close();
      await end();
    };
    try {
      made = await makeIdentities({ ...options, admin, login: steps.login });
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      kinds: kindsOf(made, steps),
      async tryCode(code) {
        const [session] = await made.sessions([made.people[0].id]);
        const flow = await steps.flowAfter(session);
        return steps.enter(session, flow, code).then(
          () => true,
          () => false,
        );
      },
      stop,
    };
  },
};
