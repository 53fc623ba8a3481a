/** The source of risk scores is gone or hangs: MFA, never a skip and never an error; afterwards scores again. */
import { startInstance, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { createPeople, type People, type Person } from './support/people';

jest.setTimeout(240_000);

/** Promised: 2.5 s. The rest is for a shared machine. */
const SIGN_IN_WITHIN_MS = 2_500 + 1_500;

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance();
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());

/** A trusted device would have skipped MFA: without a score it is challenged, in time, and the code works. */
async function expectChallengeWithoutScore(who: Person): Promise<TimedAnswer> {
  const challenge = await people.check(who);
  expect(challenge).toMatchObject({ status: 200, body: { mfaRequired: true, methods: { totp: true } } });
  expect(challenge.ms).toBeLessThan(SIGN_IN_WITHIN_MS);
  expect((await people.decision(challenge.body['decisionId'])).body).toMatchObject({
    outcome: 'challenge',
    reason: 'risk_unavailable',
    riskScore: null,
    signals: [],
    blocked: false,
  });
  return challenge;
}

/** The code is right; the person goes on with the device token that it gives. */
async function verified(who: Person, challenge: TimedAnswer): Promise<Person> {
  const answer = await people.verify(challenge, totpCode(who.totpSecret));
  expect(answer).toMatchObject({ status: 200, body: { verified: true } });
  return { ...who, deviceToken: answer.body['deviceToken'] };
}

async function expectScoresAgain(who: Person): Promise<void> {
  const skipped = await people.check(who);
  expect(skipped).toMatchObject({ status: 200, body: { mfaRequired: false } });
  const { body } = await people.decision(skipped.body['decisionId']);
  expect(body).toMatchObject({ outcome: 'allow', reason: 'low_risk', riskScore: expect.any(Number) });
}

test('the profiles cannot be read: challenge with reason risk_unavailable, the code works, then scores again', async () => {
  let who = await people.trusted(await people.person());
  const never = await people.application({ mfaPolicy: 'never' });
  await expectScoresAgain(who);
  await instance.query('alter table risk_profiles rename to risk_profiles_away');
  try {
    who = await verified(who, await expectChallengeWithoutScore(who));
    // A policy that asks for no score is not held up by its absence.
    expect(await people.check(who, { at: never })).toMatchObject({
      status: 200,
      body: { mfaRequired: false },
    });
  } finally {
    await instance.query('alter table risk_profiles_away rename to risk_profiles');
  }
  await expectScoresAgain(who);
});

test('the profiles hang behind a lock: the same, each sign-in in time, also ten at once', async () => {
  let who = await people.trusted(await people.person());
  const crowd: Person[] = [];
  for (let index = 0; index < 10; index += 1) crowd.push(await people.trusted(await people.person()));
  const locker = await instance.connectToPostgres();
  await locker.query('begin');
  await locker.query('lock table risk_profiles in access exclusive mode');
  try {
    who = await verified(who, await expectChallengeWithoutScore(who));
    await Promise.all(crowd.map(expectChallengeWithoutScore));
  } finally {
    await locker.query('rollback');
  }
  await expectScoresAgain(who);
  for (const one of crowd) await expectScoresAgain(one);
});

test('a profile full of junk counts as no score for its owner alone', async () => {
  const who = await people.trusted(await people.person());
  const other = await people.trusted(await people.person());
  const [stored] = await instance.query<{ profile: unknown }>(
    'select profile from risk_profiles where user_id = $1',
    [who.userId],
  );
  const put = (profile: unknown) =>
    instance.query('update risk_profiles set profile = $2 where user_id = $1', [
      who.userId,
      JSON.stringify(profile),
    ]);
  for (const junk of [[], 'text', { completedSignIns: 'many' }]) {
    await put(junk);
    await expectChallengeWithoutScore(who);
  }
  await expectScoresAgain(other);
  await put(stored?.profile);
  await expectScoresAgain(who);
});
