/** The life of an instance: its file, a second start, SIGTERM under load. Two API and two worker processes. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, pidsOf, startInstance, until, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { findInconsistencies } from './support/consistency';
import { createPeople, newKey, type People, type Person } from './support/people';

jest.setTimeout(240_000);

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance({ env: { API_INSTANCES: '2', WORKERS: '2' } });
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string;
const pid = expect.any(Number) as number;
const secret = expect.stringMatching(/^[\w-]{20,}$/) as string;
const seed = expect.stringMatching(/^[A-Z2-7]{32}$/) as string;
const userId = expect.stringMatching(/^usr_[\w-]{22}$/) as string;

test('instance.json has exactly the documented shape, true addresses, living processes and mode 600', async () => {
  const { now } = instance;
  expect(now).toEqual({
    version: 1,
    api: url,
    apis: [url, url],
    console: `${now.api}/`,
    metrics: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/),
    codec: url,
    temporal: {
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      namespace: 'default',
      ui: url,
      taskQueue: 'mfa-decisions',
    },
    postgres: expect.stringMatching(/^postgres:\/\/.+@127\.0\.0\.1:\d+\/.+$/),
    redis: expect.stringMatching(/^redis:\/\/.+@127\.0\.0\.1:\d+\/\d+$/),
    pids: { supervisor: pid, api: [pid, pid], worker: [pid, pid], temporal: pid, postgres: pid, redis: pid },
    admin: { login: 'admin', userId, password: secret, totpSecret: seed },
    operator: { clientId: 'operator', clientSecret: secret },
    demo: {
      clientId: 'demo-shop',
      clientSecret: secret,
      userId,
      login: 'demo',
      password: secret,
      totpSecret: seed,
    },
  });
  expect(statSync(join(instance.runDir, 'instance.json')).mode & 0o777).toBe(0o600);
  expect(statSync(instance.runDir).mode & 0o777).toBe(0o700);
  expect(pidsOf(now.pids).filter((one) => !isAlive(one))).toEqual([]);
  expect(new Set(pidsOf(now.pids)).size).toBe(8);
  for (const address of [
    ...now.apis.map((api) => `${api}/health/ready`),
    now.console,
    now.metrics,
    now.temporal.ui,
  ]) {
    expect((await fetch(address)).status).toBe(200);
  }
});

test('a stopped instance leaves no process and no file behind, and started again it knows everything', async () => {
  const application = await people.application({ mfaPolicy: 'always' });
  const who = await people.person();
  const trusted = await people.trusted(await people.person());
  const challenge = await people.challenged(who);
  const expiresAt = await people.expiryOf(who);
  const before = instance.now;
  expect(await instance.stop()).toBe(0);
  expect(existsSync(join(instance.runDir, 'instance.json'))).toBe(false);
  expect(pidsOf(before.pids).filter(isAlive)).toEqual([]);

  await instance.start();
  expect(instance.now).toEqual({ ...before, pids: expect.anything() });
  expect(await people.check(trusted)).toMatchObject({ status: 200, body: { mfaRequired: false } });
  expect(await people.check(trusted, { at: application })).toMatchObject({ body: { mfaRequired: true } });
  expect(await people.expiryOf(who)).toBe(expiresAt);
  expect(await people.verify(challenge, totpCode(who.totpSecret))).toMatchObject({ status: 200 });
});

interface Told {
  readonly who: Person;
  readonly challenge?: TimedAnswer | undefined;
  readonly answerKey: string;
  readonly code: string;
  readonly verified?: TimedAnswer | undefined;
}

test('SIGTERM under load loses nothing: every request is answered or cut, every sign-in is whole, open ones finish', async () => {
  const crowd = await Promise.all(Array.from({ length: 20 }, () => people.person()));
  const answers: TimedAnswer[] = [];
  const told: Told[] = [];
  const state = { stopping: false };
  const keep = (answer: TimedAnswer) => {
    answers.push(answer);
    return answer;
  };
  /** Signs in again and again until the instance goes away. */
  const signInUntilTheEnd = async (who: Person, index: number) => {
    for (let round = 0; round < 20; round += 1) {
      const api = (index + round) % 2;
      const challenge = keep(await people.check(who, { api }));
      const isOpen = challenge.status === 200;
      // One code counts once: every other round leaves its challenge open.
      const attempt = {
        who,
        answerKey: newKey(),
        code: totpCode(who.totpSecret),
        challenge: isOpen ? challenge : undefined,
      };
      if (!isOpen || round > 0) told.push(attempt);
      else
        told.push({
          ...attempt,
          verified: keep(await people.verify(challenge, attempt.code, { key: attempt.answerKey, api })),
        });
      if (state.stopping && answers.at(-1)?.status === 0) return;
    }
  };
  const load = Promise.all(crowd.map(signInUntilTheEnd));
  await until(() => answers.length > 30, { what: 'load' });
  state.stopping = true;
  const from = Date.now();
  expect(await instance.stop()).toBe(0);
  // Promised: 15 s.
  expect(Date.now() - from).toBeLessThan(20_000);
  await load;
  expect(instance.output()).not.toMatch(/api-\d killed/);
  for (const answer of answers) {
    if (answer.status === 503) expect(answer.headers.get('retry-after')).toBe('1');
  }
  const statuses = new Set(answers.map(({ status }) => status));
  for (const status of [200, 401, 429, 503, 0]) statuses.delete(status);
  expect([...statuses]).toEqual([]);

  await instance.start();
  await until(async () => (await findInconsistencies(instance)).length === 0, {
    what: `consistent rows: ${JSON.stringify(await findInconsistencies(instance))}`,
    withinMs: 30_000,
  });
  const states = new Map(
    (await instance.query<{ id: string; state: string }>('select id, state from sign_ins')).map((row) => [
      row.id,
      row.state,
    ]),
  );
  for (const { challenge, verified } of told) {
    // What was said is true: a challenge that was answered exists, a sign-in that was verified is.
    if (challenge)
      expect(['challenged', 'verified', 'superseded']).toContain(states.get(challenge.body['decisionId']));
    if (verified?.status === 200) expect(states.get(challenge?.body['decisionId'])).toBe('verified');
  }
  // Whoever got no answer to the code asks again and gets it.
  const unanswered = told.filter(({ verified }) => verified && [0, 503].includes(verified.status));
  for (const { challenge, code, answerKey } of unanswered) {
    const again = await people.insist(() =>
      people.verify(challenge as TimedAnswer, code, { key: answerKey }),
    );
    expect(again.at(-1)).toMatchObject({ status: 200, body: { verified: true } });
  }
  const open = told.filter(({ challenge, verified }) => challenge && !verified).at(-1);
  if (open) {
    await people.forgetSpentCodes(open.who);
    const finished = await people.verify(open.challenge as TimedAnswer, totpCode(open.who.totpSecret));
    expect(finished).toMatchObject({ status: 200 });
  }
  expect(await findInconsistencies(instance)).toEqual([]);
});
