/** The worker stops answering without being gone, and no API decides anything itself. */
import { startInstance, until, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { createPeople, newKey, type People } from './support/people';
import { expectRefused, whileStopped } from './support/stopped';

jest.setTimeout(240_000);

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance({ env: { API_HOSTS_WORKER: '0' } });
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

test('a decision that nobody waits for any more takes no effect and is recorded as abandoned, once', async () => {
  const who = await people.person();
  const trusted = await people.trusted(await people.person());
  const worker = instance.now.pids.worker[0] ?? 0;
  const unanswered = await whileStopped(instance, [worker], () =>
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
  await whileStopped(instance, [worker], async () => {
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
