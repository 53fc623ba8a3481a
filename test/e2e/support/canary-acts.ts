/** Everything a user, a client and a guesser do with secrets, acted out with texts that occur nowhere else. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { REPOSITORY, until, type Instance, type TimedAnswer } from '../../support/instance';
import type { SmtpServer } from '../../support/smtp-server';
import { totpCode } from '../../support/totp';
import { enrol, useBackupCodes } from './canary-factors';
import { approveOnDevice } from './canary-devices';
import { guess, sendNonsense } from './canary-guesses';
import { proveKeys } from './canary-senders';
import { STORED_OF_PASSKEYS, usePasskey } from './canary-passkeys';
import { changePassword } from './canary-passwords';
import { hex, type Call, type Shop, type Stage, type User, type Who } from './canary-stage';
import { randomSeed } from './people';

export interface Acted {
  /** Must not be found in logs, in Temporal or in metrics. */
  readonly canaries: Map<string, string>;
  /** Names of those that identify people or sign-ins but are no secret: the database may hold them. */
  readonly storable: ReadonlySet<string>;
  /** Everything that was answered with an error. */
  readonly refused: readonly TimedAnswer[];
}

/** Acts it all out; throws when a step that should work does not. */
export async function actOut(instance: Instance, smtp: SmtpServer): Promise<Acted> {
  const canaries = new Map<string, string>();
  const refused: TimedAnswer[] = [];
  const plant = (name: string, text: string) => {
    if (typeof text !== 'string' || text.length < 6) throw new Error(`no canary for ${name}: ${text}`);
    canaries.set(name, text);
    return text;
  };
  const call: Call = async (method, path, options) => {
    const answer = await instance.call(method, path, options);
    if (answer.status >= 500 || answer.status === 0)
      throw new Error(`${path}: ${answer.status} ${answer.text}`);
    if (answer.status >= 400) refused.push(answer);
    return answer;
  };
  const browser = {
    ip: plant('IPv4 address', `81.2.${100 + randomInt(20)}.${100 + randomInt(100)}`),
    fingerprint: plant('fingerprint', `print-${hex()}`),
    userAgent: plant('user agent', `Mozilla/5.0 (X11; Canary ${hex()}) Firefox/140.0`),
  };
  const stage: Stage = { instance, call, plant, browser };
  const shop = await registerShop(stage);
  const user = await registerUser(stage);
  await signInWithEverything(stage, { ...user, ...shop });
  await enrol(stage, shop, smtp);
  await useBackupCodes(stage, { ...user, ...shop });
  await approveOnDevice(stage, { ...user, ...shop });
  await proveKeys(stage, shop);
  await changePassword(stage);
  await usePasskey(stage, shop);
  await guess(stage, { ...user, ...shop });
  await sendNonsense(stage, { ...user, ...shop });
  return { canaries, storable: new Set(STORABLE), refused };
}

/** What Postgres keeps in clear. */
const STORABLE = [
  ...['login', 'login to enrol', 'login with a password'],
  ...['e-mail', 'e-mail to enrol', 'external id', 'external session id'],
  ...STORED_OF_PASSKEYS,
];

async function registerShop({ call, plant }: Stage): Promise<Shop> {
  const clientId = `app-${hex(6)}`;
  const created = await call('POST', '/api/v1/applications', {
    as: 'operator',
    body: { clientId, name: clientId, settings: { whenNoMethod: 'email' } },
  });
  const clientSecret = plant('client secret', created.body['clientSecret']);
  const token = await call('POST', '/api/v1/oauth/token', {
    as: clientId,
    clientSecret,
    raw: 'grant_type=client_credentials',
    contentType: 'application/x-www-form-urlencoded',
  });
  plant('access token', String(token.body['access_token']).split('.')[2] ?? '');
  return { clientId, clientSecret };
}

async function registerUser({ call, plant }: Stage): Promise<User> {
  const totpSecret = plant('seed', randomSeed());
  const body = {
    login: plant('login', `login-${hex()}`),
    email: plant('e-mail', `${hex()}@example.org`),
    externalId: plant('external id', `ext-${hex()}`),
    password: plant('password', `password-${hex()}`),
    totpSecret,
  };
  const created = await call('POST', '/api/v1/users', { as: 'operator', body });
  await call('POST', '/api/v1/users', { as: 'operator', body });
  return { userId: created.body['userId'], totpSecret, login: body.login };
}

/** Challenge, wrong and right code, skip, repeat, IPv6, a code by Signal, a sign-in left open, a cancelled one. */
async function signInWithEverything({ instance, call, plant, browser }: Stage, who: Who): Promise<void> {
  const { clientId, clientSecret, userId } = who;
  const check = (change: object = {}, headers = {}) =>
    call('POST', '/api/v1/auth/mfa/status/check', {
      as: clientId,
      clientSecret,
      headers,
      body: { userId, ...browser, ...change },
    });
  const key = { 'idempotency-key': plant('Idempotency-Key', `key-${hex()}`) };
  const extra = {
    sessionId: plant('external session id', `sid-${hex()}`),
    attributes: { [plant('attribute name', `attr-${hex()}`)]: plant('attribute', `value-${hex()}`) },
  };
  const challenge = await check(extra, key);
  await check(extra, key);
  const mfaSessionId = plant('mfaSessionId', challenge.body['mfaSessionId']);
  const answer = (code: string, headers = {}) =>
    call('POST', '/api/v1/auth/mfa/verify', { headers, body: { mfaSessionId, method: 'totp', code } });
  await answer(plant('wrong code', wrongCode(who)));
  const answerKey = { 'idempotency-key': plant('Idempotency-Key of verify', `key-${hex()}`) };
  const code = plant('right code', totpCode(who.totpSecret));
  const verified = await answer(code, answerKey);
  const deviceToken = plant('deviceToken', verified.body['deviceToken']);
  plant('receipt', String(verified.body['receipt']).split('.')[2] ?? '');
  await answer(code);
  const skipped = await check({ deviceToken });
  plant('receipt of the skip', String(skipped.body['receipt']).split('.')[2] ?? '');
  const ip = plant('IPv6 address', `2001:db8:c0de:${hex(2).replace(/^0+/, 'a')}::77`);
  const bySignal = await check({ ip, deviceToken: plant('forged deviceToken', hex(16)) });
  const signalled = {
    mfaSessionId: plant('mfaSessionId of the Signal', bySignal.body['mfaSessionId']),
    code: plant('code by Signal', totpCode(who.totpSecret, 1)),
  };
  await signalTotp(instance, signalled);
  plant('mfaSessionId left open', (await check({ ip })).body['mfaSessionId']);
  const cancelled = await check({ ip });
  plant('mfaSessionId cancelled', cancelled.body['mfaSessionId']);
  await call('POST', '/api/v1/auth/mfa/session/cancel', {
    body: { mfaSessionId: cancelled.body['mfaSessionId'] },
  });
  await until(
    async () =>
      (await call('GET', `/api/v1/admin/decisions/${bySignal.body['decisionId']}`, { as: 'operator' })).body[
        'state'
      ] === 'verified',
    { what: 'sign-in verified by Signal' },
  );
}

/** A code that is right at no time near now. */
function wrongCode({ totpSecret }: { totpSecret: string }): string {
  const near = [-3, -2, -1, 0, 1, 2, 3, 4].map((step) => totpCode(totpSecret, step));
  for (;;) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    if (!near.includes(code)) return code;
  }
}

async function signalTotp({ runDir }: Instance, input: object): Promise<void> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'dist', 'cli', 'signal-totp.js')], {
    env: { PATH: process.env['PATH'], RUN_DIR: runDir },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(JSON.stringify(input));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`signal-totp ended with ${String(code)}`);
}
