/** Servers and the worker stop answering without being gone: SIGSTOP, the fault that no closed connection tells. */
import { existsSync } from 'node:fs';
import { childrenOf, startInstance, until, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { createPeople, newKey, randomName, type People } from './support/people';

jest.setTimeout(240_000);

/** Promised: 2.5 s and 3 s. The rest is for a shared machine, on which the test itself waits for its turn. */
const SIGN_IN_WITHIN_MS = 2_500 + 1_500;
const REFUSED_WITHIN_MS = 3_000 + 1_500;

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance();
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

/** Runs `work` while the processes are stopped, and lets them go on whatever happens. */
async function whileStopped<T>(pids: readonly number[], work: () => Promise<T>): Promise<T> {
  const stopped: number[] = [];
  try {
    for (const pid of pids) {
      instance.signal(pid, 'SIGSTOP');
      stopped.push(pid);
    }
    return await work();
  } finally {
    for (const pid of stopped.reverse()) instance.signal(pid, 'SIGCONT');
  }
}

function expectRefused(answers: readonly TimedAnswer[]): void {
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(answer.ms).toBeLessThan(REFUSED_WITHIN_MS);
  }
}

test('a hung Redis: decisions, policies, a policy change and codes are right, each within 2.5 s', async () => {
  const always = await people.application({ mfaPolicy: 'always' });
  const never = await people.application({ mfaPolicy: 'never' });
  const changing = await people.application({ mfaPolicy: 'never' });
  const who = await people.trusted(await people.person());
  const answers: TimedAnswer[] = [];
  const ask = async (how: Parameters<typeof people.check>[1], change = {}) => {
    const answer = await people.check(who, how, change);
    expect(answer.status).toBe(200);
    answers.push(answer);
    return answer.body['mfaRequired'] as boolean;
  };
  expect(await ask({ at: changing })).toBe(false);

  await whileStopped([instance.now.pids.redis], async () => {
    expect(await ask({})).toBe(false);
    expect(await ask({}, { fingerprint: randomName() })).toBe(true);
    expect(await ask({ at: never })).toBe(false);
    expect(await ask({ at: always })).toBe(true);
    const verified = await people.verify(answers.at(-1) as TimedAnswer, totpCode(who.totpSecret));
    expect(verified).toMatchObject({ status: 200, body: { verified: true } });
    answers.push(verified);

    const path = `/api/v1/applications/${changing.clientId}`;
    const patched = await instance.call('PATCH', path, { as: 'operator', body: { mfaPolicy: 'always' } });
    expect(patched.status).toBe(200);
    expect(await ask({ at: changing })).toBe(true);
  });
  // The cache still holds the old policy, whose eviction it never heard of.
  expect(await ask({ at: changing })).toBe(true);
  for (const { ms } of answers) expect(ms).toBeLessThan(SIGN_IN_WITHIN_MS);
});

/** Stopping the server alone leaves its backends at work, and they are found in `/proc`. */
const onLinux = existsSync('/proc/self/stat') ? test : test.skip;

onLinux('a hung Postgres: 503 in time, nobody gets in, and it recovers by itself', async () => {
  const who = await people.person();
  const trusted = await people.trusted(await people.person());
  const open = await people.challenged(await people.person());
  const key = newKey();
  const { postgres } = instance.now.pids;
  const answers = await whileStopped([postgres, ...childrenOf(postgres)], () =>
    Promise.all([
      people.check(who, { key }),
      people.check(trusted),
      people.verify(open, '000000'),
      instance.call('POST', '/api/v1/users', { as: 'operator', body: { login: randomName() } }),
      // More than there are connections: none may wait behind the others for longer.
      ...Array.from({ length: 20 }, () => people.check(who)),
    ]),
  );
  expectRefused(answers);

  const challenge = (await people.insist(() => people.check(who, { key }))).at(-1);
  expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
  const decided = (await people.signIns(who)).filter(({ outcome }) => outcome !== 'none');
  expect(decided).toEqual([
    expect.objectContaining({ id: challenge?.body['decisionId'], openChallenges: 1 }),
  ]);
  // The trusted one was told 503: no session may have come of it.
  expect(await people.sessionsWithoutMfa(trusted)).toBe(0);
  expect(await people.check(trusted)).toMatchObject({ status: 200, body: { mfaRequired: false } });
});

test('a hung Temporal: 503 with Retry-After in time, no session comes of it, and the retry gets one decision', async () => {
  const who = await people.person();
  const trusted = await people.trusted(await people.person());
  const owner = await people.person();
  const open = await people.challenged(owner);
  const [key, answerKey] = [newKey(), newKey()];
  const code = totpCode(owner.totpSecret);
  await whileStopped([instance.now.pids.temporal], async () => {
    expectRefused(await Promise.all([people.check(who, { key }), people.check(trusted)]));
    const unanswered = await people.verify(open, code, { key: answerKey });
    expect(unanswered.status).toBe(503);
  });

  const challenge = (await people.insist(() => people.check(who, { key }))).at(-1);
  expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
  const decided = (await people.signIns(who)).filter(({ outcome }) => outcome !== 'none');
  expect(decided).toEqual([
    expect.objectContaining({ id: challenge?.body['decisionId'], openChallenges: 1 }),
  ]);

  const verified = await people.insist(() => people.verify(open, code, { key: answerKey }));
  expect(verified.at(-1)).toMatchObject({ status: 200, body: { verified: true } });
  expect(await people.signIns(owner)).toEqual([
    expect.objectContaining({ state: 'verified', terminal: 1, sessions: 1 }),
  ]);
  // What was told 503 has by now come late, if it came at all.
  expect(await people.sessionsWithoutMfa(trusted)).toBe(0);
});

test('a decision that nobody waits for any more takes no effect and is recorded as abandoned, once', async () => {
  const who = await people.person();
  const trusted = await people.trusted(await people.person());
  const worker = instance.now.pids.worker[0] ?? 0;
  const unanswered = await whileStopped([worker], () =>
    Promise.all([people.check(who), people.check(trusted)]),
  );
  expectRefused(unanswered);

  for (const { userId } of [who, trusted]) {
    const last = async () => (await people.signIns({ userId })).at(-1);
    const abandoned = await until(
      async () => {
        const one = await last();
        return one?.state === 'abandoned' ? one : null;
      },
      { what: 'abandoned sign-in' },
    );
    expect(abandoned).toMatchObject({ outcome: 'none', terminal: 1, sessions: 0, openChallenges: 0 });
    expect(await people.decision(abandoned.id)).toMatchObject({
      status: 200,
      body: { id: abandoned.id, state: 'abandoned', outcome: 'none', blocked: false },
    });
    const audit = await instance.call('GET', `/api/v1/admin/audit?decisionId=${abandoned.id}`, {
      as: 'operator',
    });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        type: 'sign_in.abandoned',
        message: 'Sign-in abandoned: not answered in time',
        terminal: true,
      }),
    ]);
  }
});

test('a hung worker: an Idempotency-Key retried over it gets exactly one decision', async () => {
  const who = await people.person();
  const key = newKey();
  const worker = instance.now.pids.worker[0] ?? 0;
  await whileStopped([worker], async () => {
    expectRefused([await people.check(who, { key })]);
    expectRefused([await people.check(who, { key })]);
  });
  const challenge = (await people.insist(() => people.check(who, { key }))).at(-1);
  expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
  const repeated = await people.check(who, { key });
  expect(repeated.body['mfaSessionId']).toBe(challenge?.body['mfaSessionId']);
  const decided = (await people.signIns(who)).filter(({ outcome }) => outcome !== 'none');
  expect(decided).toEqual([
    expect.objectContaining({ id: challenge?.body['decisionId'], openChallenges: 1 }),
  ]);
  expect(await people.verify(challenge as TimedAnswer, totpCode(who.totpSecret))).toMatchObject({
    status: 200,
  });
});
