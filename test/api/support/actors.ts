/** The people and applications of the API tests, and what they do over HTTP. */
import { randomBytes, randomInt } from 'node:crypto';
import type { HttpAnswer } from '../../support/http-client';
import type { Stack } from '../../support/stack';
import { totpCode } from '../../support/totp';
import { until } from './patience';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A user with an authenticator, a browser and an address of her own. */
export interface Person {
  readonly userId: string;
  readonly login: string;
  readonly totpSecret: string;
  readonly fingerprint: string;
  readonly ip: string;
  /** Set by `settle`. */
  deviceToken?: string;
}

export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface CheckOptions {
  readonly at?: Application;
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes a 503 for an answer instead of asking again, as clients do. */
  readonly once?: boolean;
  /** Which API instance is asked. */
  readonly via?: Pick<Stack, 'call'>;
}

export type Actors = ReturnType<typeof createActors>;

export const randomName = () => `n${randomBytes(8).toString('hex')}`;
export const randomSeed = () => Array.from({ length: 32 }, () => BASE32[randomInt(32)]).join('');
/** An address that no other test uses. */
export const randomIp = () => `10.${randomInt(256)}.${randomInt(256)}.${1 + randomInt(254)}`;

export function createActors(stack: Stack) {
  const { pool } = stack.database;

  async function person(options: { method?: boolean; email?: string } = {}): Promise<Person> {
    const totpSecret = randomSeed();
    const login = randomName();
    const created = await stack.call('POST', '/api/v1/users', {
      as: 'operator',
      body: {
        login,
        ...(options.email !== undefined && { email: options.email }),
        ...(options.method !== false && { totpSecret }),
      },
    });
    if (created.status !== 201) throw new Error(`user not created: ${created.text}`);
    return { userId: created.body['id'], login, totpSecret, fingerprint: randomName(), ip: randomIp() };
  }

  async function application(policy: object = {}): Promise<Application> {
    const clientId = `app-${randomBytes(6).toString('hex')}`;
    const body = { clientId, name: clientId, ...policy };
    const created = await stack.call('POST', '/api/v1/applications', { as: 'operator', body });
    if (created.status !== 201) throw new Error(`application not created: ${created.text}`);
    return { clientId, clientSecret: created.body['clientSecret'] };
  }

  /** `status/check` for a person as she is; `change` overrides fields, `undefined` leaves them out. */
  function check(who: Person, change: object = {}, options: CheckOptions = {}): Promise<HttpAnswer> {
    const { userId, ip, fingerprint, deviceToken } = who;
    const ask = () =>
      (options.via ?? stack).call('POST', '/api/v1/auth/mfa/status/check', {
        as: options.as ?? options.at?.clientId ?? 'demo-shop',
        ...(options.at && { clientSecret: options.at.clientSecret }),
        ...(options.headers && { headers: options.headers }),
        body: { userId, ip, fingerprint, deviceToken, userAgent: FIREFOX, ...change },
      });
    return until(ask, ({ status }) => status !== 503 || options.once === true);
  }

  function verify(
    challenge: HttpAnswer | string,
    code: string,
    {
      via,
      headers,
      ...extra
    }: { via?: Pick<Stack, 'call'>; headers?: Record<string, string>; trustDevice?: boolean } = {},
  ): Promise<HttpAnswer> {
    const mfaSessionId = typeof challenge === 'string' ? challenge : challenge.body['mfaSessionId'];
    return (via ?? stack).call('POST', '/api/v1/auth/mfa/verify', {
      ...(headers && { headers }),
      body: { mfaSessionId, method: 'totp', code, ...extra },
    });
  }

  /** Lets codes of this half minute be used again. */
  async function forgetSpentCodes({ userId }: Person): Promise<void> {
    await pool.query('update totp_authenticators set last_step = -1 where user_id = $1', [userId]);
  }

  /** Answers a challenge with the right code; a 503 is asked again under the same key, as clients do. */
  async function prove(challenge: HttpAnswer, who: Person): Promise<HttpAnswer> {
    await forgetSpentCodes(who);
    const code = totpCode(who.totpSecret);
    const headers = { 'idempotency-key': randomName() };
    const verified = await until(
      () => verify(challenge, code, { headers }),
      ({ status }) => status !== 503,
    );
    if (verified.status !== 200) throw new Error(`not verified: ${verified.text}`);
    return verified;
  }

  /** Signs in with MFA whatever it takes; returns the answer to the code. */
  async function signInWithMfa(who: Person, change: object = {}, options: CheckOptions = {}) {
    const challenged = await check(who, change, options);
    if (challenged.body['mfaRequired'] !== true) throw new Error(`no challenge: ${challenged.text}`);
    return prove(challenged, who);
  }

  /** A person with a trusted device and three completed sign-ins: past the learning phase. */
  async function settle(who: Person): Promise<Person> {
    const verified = await signInWithMfa(who);
    const settled = { ...who, deviceToken: verified.body['deviceToken'] };
    for (let completed = 1; completed < 3; completed += 1) {
      const skipped = await check(settled);
      if (skipped.body['mfaRequired'] !== false) throw new Error(`not skipped: ${skipped.text}`);
    }
    return settled;
  }

  async function settledPerson(): Promise<Person> {
    return settle(await person());
  }

  /** The administrator's view of the decision behind an answer. */
  async function decisionOf(answer: HttpAnswer): Promise<HttpAnswer['body']> {
    const id: string = answer.body['decisionId'] ?? answer.headers.get('x-decision-id') ?? '';
    const decision = await stack.call('GET', `/api/v1/admin/decisions/${id}`, { as: 'operator' });
    if (decision.status !== 200) throw new Error(`no decision: ${decision.text}`);
    return decision.body;
  }

  /** Messages of the audit events of the decision behind an answer, oldest first. */
  async function auditOf(answer: HttpAnswer): Promise<string[]> {
    const { id } = await decisionOf(answer);
    const audit = await stack.call('GET', `/api/v1/admin/audit?decisionId=${id}`, { as: 'operator' });
    return audit.body['events'].map((event: { message: string }) => event.message).reverse();
  }

  /** Reports `count` failed first factors. */
  async function fail(who: Person, count: number, change: object = {}): Promise<void> {
    const { userId, ip, fingerprint } = who;
    for (let n = 0; n < count; n += 1) {
      const reported = await stack.call('POST', '/api/v1/auth/attempts', {
        as: 'demo-shop',
        body: { userId, ip, fingerprint, userAgent: FIREFOX, outcome: 'failure', ...change },
      });
      if (reported.status !== 202) throw new Error(`failure not recorded: ${reported.text}`);
    }
  }

  return {
    person,
    application,
    check,
    verify,
    prove,
    forgetSpentCodes,
    signInWithMfa,
    settle,
    settledPerson,
    decisionOf,
    auditOf,
    fail,
  };
}
