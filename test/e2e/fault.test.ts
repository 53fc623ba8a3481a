/** Processes of the product are killed while sign-ins are open. */
import { startInstance, until, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { createPeople, newKey, type People, type Person } from './support/people';

jest.setTimeout(240_000);

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance();
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

/** A sign-in that is open when something breaks, and what must still be true of it afterwards. */
async function openSignIn(): Promise<{ who: Person; finish: () => Promise<TimedAnswer[]> }> {
  const who = await people.person();
  const key = newKey();
  const before = Date.now();
  const challenge = await people.challenged(who, { key });
  const after = Date.now();
  const expiresAt = await people.expiryOf(who);

  return {
    who,
    async finish() {
      const asked = await people.insist(() => people.check(who, { key }));
      const again = asked.at(-1);
      expect(again).toMatchObject({ status: 200, body: { mfaSessionId: challenge.body['mfaSessionId'] } });
      const left = Number(again?.body['expiresIn']);
      expect(left).toBeGreaterThanOrEqual(Math.floor(300 - (Date.now() - before) / 1000));
      expect(left).toBeLessThanOrEqual(Math.ceil(300 - (Date.now() - after - (again?.ms ?? 0)) / 1000));
      expect(await people.expiryOf(who)).toBe(expiresAt);

      const answerKey = newKey();
      const code = totpCode(who.totpSecret);
      const answers = await people.insist(() => people.verify(challenge, code, { key: answerKey }));
      expect(answers.at(-1)).toMatchObject({ status: 200, body: { verified: true, userId: who.userId } });
      expect(await people.signIns(who)).toEqual([
        {
          ...anySignIn,
          state: 'verified',
          outcome: 'challenge',
          terminal: 1,
          sessions: 1,
          openChallenges: 0,
        },
      ]);
      return [...asked, ...answers];
    },
  };
}

const anySignIn = { id: expect.stringMatching(/^dec_/) as string };

/** From the first call after the fault to the last answer. */
async function measured(work: () => Promise<TimedAnswer[]>): Promise<{ answers: TimedAnswer[]; ms: number }> {
  const from = Date.now();
  const answers = await work();
  return { answers, ms: Date.now() - from };
}

/** The product is up again within seconds; a shared machine gets twice that. */
const RECOVERS_WITHIN_MS = 20_000;

test('kill -9 of the worker: the user finishes the same sign-in, with the time that was left', async () => {
  const { finish } = await openSignIn();
  instance.signal(instance.now.pids.worker[0] ?? 0, 'SIGKILL');
  const { answers, ms } = await measured(finish);
  expect(ms).toBeLessThan(RECOVERS_WITHIN_MS);
  expect(answers.filter(({ status }) => status === 503).length).toBeLessThanOrEqual(5);
});

test('kill -9 of the API: the user finishes the same sign-in, with the time that was left', async () => {
  const { finish } = await openSignIn();
  instance.signal(instance.now.pids.api[0] ?? 0, 'SIGKILL');
  const { ms } = await measured(finish);
  expect(ms).toBeLessThan(RECOVERS_WITHIN_MS);
});

test('kill -9 of Temporal: 503 or a right answer in between, nobody is let in without proof, the user finishes', async () => {
  const { finish } = await openSignIn();
  const stranger = await people.person();
  const open = await people.challenged(await people.person());
  const killed = instance.now.pids.temporal;
  instance.signal(killed, 'SIGKILL');

  const meanwhile: TimedAnswer[] = [];
  await until(
    async () => {
      const [checked, guessed] = await Promise.all([people.check(stranger), people.verify(open, '000000')]);
      meanwhile.push(checked);
      // 000000 is not the code; after five of them the account waits.
      expect([401, 429, 503]).toContain(guessed.status);
      if (checked.status === 503) expect(checked.headers.get('retry-after')).toMatch(/^\d+$/);
      return checked.status === 200;
    },
    { what: 'decision after Temporal came back', withinMs: RECOVERS_WITHIN_MS },
  );
  for (const { status, body } of meanwhile) {
    expect([200, 503]).toContain(status);
    if (status === 200) expect(body).toMatchObject({ mfaRequired: true });
  }
  await finish();
  expect(instance.now.pids.temporal).not.toBe(killed);
});

test('kill -9 of Postgres: 503 in between, then the user finishes', async () => {
  const { finish } = await openSignIn();
  instance.signal(instance.now.pids.postgres, 'SIGKILL');
  const { answers, ms } = await measured(finish);
  for (const { status } of answers) expect([200, 503]).toContain(status);
  expect(ms).toBeLessThan(RECOVERS_WITHIN_MS);
});

test('Redis killed and staying away: decisions, policies and codes are right all the same', async () => {
  const always = await people.application({ mfaPolicy: 'always' });
  const never = await people.application({ mfaPolicy: 'never' });
  const who = await people.trusted(await people.person());
  // Its supervisor would have Redis back in a moment.
  instance.signal(instance.now.pids.supervisor, 'SIGSTOP');
  try {
    instance.signal(instance.now.pids.redis, 'SIGKILL');
    expect(await people.check(who)).toMatchObject({ status: 200, body: { mfaRequired: false } });
    expect(await people.check(who, { at: never })).toMatchObject({
      status: 200,
      body: { mfaRequired: false },
    });
    const challenge = await people.check(who, { at: always });
    expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
    expect(await people.verify(challenge, totpCode(who.totpSecret))).toMatchObject({ status: 200 });
    expect(await instance.call('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', dependencies: { redis: 'down' } },
    });
  } finally {
    instance.signal(instance.now.pids.supervisor, 'SIGCONT');
  }
});

test('kill -9 of the worker or the API while they decide: with its Idempotency-Key one sign-in gets one decision', async () => {
  for (const role of ['worker', 'api'] as const) {
    await instance.ready();
    const who = await people.person();
    const key = newKey();
    const first = people.check(who, { key });
    instance.signal(instance.now.pids[role][0] ?? 0, 'SIGKILL');
    expect([0, 200, 503]).toContain((await first).status);
    const answers = await people.insist(() => people.check(who, { key }));
    const challenge = answers.at(-1);
    expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true } });
    const decided = (await people.signIns(who)).filter(({ outcome }) => outcome !== 'none');
    expect(decided).toEqual([
      expect.objectContaining({ state: 'challenged', openChallenges: 1, terminal: 0 }),
    ]);
    expect(decided[0]?.id).toBe(challenge?.body['decisionId']);
  }
});

test('kill -9 of the worker or the API while they verify: with its Idempotency-Key the code counts once', async () => {
  for (const role of ['worker', 'api'] as const) {
    await instance.ready();
    const who = await people.person();
    const challenge = await people.challenged(who);
    const code = totpCode(who.totpSecret);
    const key = newKey();
    const first = people.verify(challenge, code, { key });
    instance.signal(instance.now.pids[role][0] ?? 0, 'SIGKILL');
    expect([0, 200, 503]).toContain((await first).status);
    const answers = await people.insist(() => people.verify(challenge, code, { key }));
    expect(answers.at(-1)).toMatchObject({ status: 200, body: { verified: true } });
    expect(await people.signIns(who)).toEqual([
      expect.objectContaining({ state: 'verified', terminal: 1, sessions: 1 }),
    ]);
    expect(await people.verify(challenge, code)).toMatchObject({ status: 401 });
  }
});

test('kill -9 of everything, supervisor and servers too: after a new start the open sign-in finishes', async () => {
  const { finish } = await openSignIn();
  await instance.killTree();
  await instance.start();
  const answers = await finish();
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});
