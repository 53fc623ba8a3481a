/** Servers stop answering without being gone: SIGSTOP, the fault that no closed connection tells. */
import { existsSync } from 'node:fs';
import { childrenOf, startInstance, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { createPeople, newKey, randomName, type People } from './support/people';
import { expectRefused, whileStopped } from './support/stopped';

jest.setTimeout(240_000);

/** Promised: 2.5 s. The rest is for a shared machine, on which the test itself waits for its turn. */
const SIGN_IN_WITHIN_MS = 2_500 + 1_500;

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance();
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

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

  await whileStopped(instance, [instance.now.pids.redis], async () => {
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
  const answers = await whileStopped(instance, [postgres, ...childrenOf(postgres)], () =>
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
  await whileStopped(instance, [instance.now.pids.temporal], async () => {
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

test('a hung worker process holds up no sign-in: the API decides with the worker of its own', async () => {
  const who = await people.person();
  const worker = instance.now.pids.worker[0] ?? 0;
  await whileStopped(instance, [worker], async () => {
    const challenge = await people.check(who);
    expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
    expect(await people.verify(challenge, totpCode(who.totpSecret))).toMatchObject({ status: 200 });
  });
});
