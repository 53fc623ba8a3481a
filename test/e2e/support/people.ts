/** The people and applications of the end-to-end tests, and what they do over HTTP. */
import { randomBytes, randomInt } from 'node:crypto';
import { until, type Instance, type TimedAnswer } from '../../support/instance';
import { totpCode } from '../../support/totp';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
/** In London, of an access provider: no network signal. */
export const LONDON_IP = '81.2.69.142';

export const randomName = () => `n${randomBytes(8).toString('hex')}`;
export const randomSeed = () => Array.from({ length: 32 }, () => BASE32[randomInt(32)]).join('');
export const newKey = () => randomBytes(12).toString('hex');

/** A user with an authenticator and a browser. */
export interface Person {
  readonly userId: string;
  readonly totpSecret: string;
  readonly ip: string;
  readonly fingerprint: string;
  readonly deviceToken?: string;
}

export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface How {
  /** Default: the demo shop. */
  readonly at?: Application;
  readonly key?: string;
  readonly api?: number;
}

/** A sign-in as the store has it, with its audit. */
export interface StoredSignIn {
  readonly id: string;
  readonly state: string;
  readonly outcome: string;
  readonly terminal: number;
  readonly sessions: number;
  readonly openChallenges: number;
}

export type People = ReturnType<typeof createPeople>;

export function createPeople(instance: Instance) {
  async function person(change: { ip?: string; totpSecret?: string } = {}): Promise<Person> {
    const { ip = LONDON_IP, totpSecret = randomSeed() } = change;
    const body = { login: randomName(), totpSecret };
    const created = await instance.call('POST', '/api/v1/users', { as: 'operator', body });
    if (created.status !== 201) throw new Error(`user not created: ${created.status} ${created.text}`);
    return { userId: created.body['userId'], totpSecret, ip, fingerprint: randomName() };
  }

  async function application(policy: object = {}): Promise<Application> {
    const clientId = `app-${randomBytes(6).toString('hex')}`;
    const body = { clientId, name: clientId, ...policy };
    const created = await instance.call('POST', '/api/v1/applications', { as: 'operator', body });
    if (created.status !== 201) throw new Error(`application not created: ${created.text}`);
    return { clientId, clientSecret: created.body['clientSecret'] };
  }

  /** `status/check` for a person as she is. */
  function check(who: Person, { at, key, api }: How = {}, change: object = {}): Promise<TimedAnswer> {
    const { userId, ip, fingerprint, deviceToken } = who;
    return instance.call('POST', '/api/v1/auth/mfa/status/check', {
      as: at?.clientId ?? 'demo-shop',
      ...(at && { clientSecret: at.clientSecret }),
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
      ...(api !== undefined && { api }),
      body: { userId, ip, fingerprint, deviceToken, userAgent: FIREFOX, ...change },
    });
  }

  function verify(
    challenge: TimedAnswer | string,
    code: string,
    { key, api }: Pick<How, 'key' | 'api'> = {},
  ): Promise<TimedAnswer> {
    const mfaSessionId = typeof challenge === 'string' ? challenge : challenge.body['mfaSessionId'];
    return instance.call('POST', '/api/v1/auth/mfa/verify', {
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
      ...(api !== undefined && { api }),
      body: { mfaSessionId, method: 'totp', code },
    });
  }

  /** A challenge that is certainly open. */
  async function challenged(who: Person, how: How = {}): Promise<TimedAnswer> {
    const answer = await check(who, how);
    if (answer.body['mfaRequired'] !== true) throw new Error(`no challenge: ${answer.status} ${answer.text}`);
    return answer;
  }

  /** Signs in with MFA; the person comes back with a trusted device that skips it. */
  async function trusted(who: Person): Promise<Person> {
    const verified = await verify(await challenged(who), totpCode(who.totpSecret));
    if (verified.status !== 200) throw new Error(`not verified: ${verified.status} ${verified.text}`);
    await forgetSpentCodes(who);
    return { ...who, deviceToken: verified.body['deviceToken'] };
  }

  /** Lets codes of this half minute be used again. */
  async function forgetSpentCodes({ userId }: Person): Promise<void> {
    await instance.query('update totp_authenticators set last_step = -1 where user_id = $1', [userId]);
  }

  /** Repeats a call as a client does that got no answer or a 503; returns every answer. */
  async function insist(
    call: () => Promise<TimedAnswer>,
    { withinMs = 60_000 }: { withinMs?: number } = {},
  ): Promise<TimedAnswer[]> {
    const answers: TimedAnswer[] = [];
    await until(
      async () => {
        answers.push(await call());
        return ![0, 503].includes(answers.at(-1)?.status ?? 0);
      },
      { what: 'an answer', withinMs, everyMs: 200 },
    );
    return answers;
  }

  /** A person's sign-ins in the store, oldest first. */
  function signIns({ userId }: Pick<Person, 'userId'>): Promise<StoredSignIn[]> {
    return instance.query<StoredSignIn>(
      `select s.id, s.state, s.outcome,
         (select count(*)::int from audit_events a where a.decision_id = s.id and a.terminal) as terminal,
         (select count(*)::int from sessions x where x.decision_id = s.id and x.revoked_at is null) as sessions,
         (select count(*)::int from mfa_sessions m where m.decision_id = s.id and m.state = 'pending') as "openChallenges"
       from sign_ins s where s.user_id = $1 order by s.created_at`,
      [userId],
    );
  }

  /** When the person's open challenge ends, as the store has it. */
  async function expiryOf({ userId }: Person): Promise<string> {
    const rows = await instance.query<{ at: string }>(
      `select expires_at::text as at from mfa_sessions where user_id = $1 and state = 'pending'`,
      [userId],
    );
    if (rows.length !== 1) throw new Error(`${rows.length} open challenges`);
    return rows[0]?.at ?? '';
  }

  /** Sessions that a person has beside those from her MFA. */
  async function sessionsWithoutMfa({ userId }: Person): Promise<number> {
    const rows = await instance.query<{ count: number }>(
      `select count(*)::int as count from sessions s
       where user_id = $1 and revoked_at is null and not exists (select from proofs p where p.session_id = s.id)`,
      [userId],
    );
    return rows[0]?.count ?? -1;
  }

  /** The administrator's view of a decision. */
  async function decision(id: string): Promise<TimedAnswer> {
    return instance.call('GET', `/api/v1/admin/decisions/${id}`, { as: 'operator' });
  }

  return {
    person,
    application,
    check,
    verify,
    challenged,
    trusted,
    forgetSpentCodes,
    insist,
    signIns,
    expiryOf,
    sessionsWithoutMfa,
    decision,
  };
}
