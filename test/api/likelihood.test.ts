/** Layer B on live sign-ins: counted from completed ones, by the application's `riskModel`. */
import type { HttpAnswer } from '../support/http-client';
import { FEATURES } from '../../domain/risk/likelihood/features';
import { countObservations } from '../../storage/population';
import { totpCode } from '../support/totp';
import { FIREFOX, type Application, type Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();
/** So low that every ratio reaches it. */
const EAGER = { theta30: -90, theta80: -80 };

/** Says how often the values of everybody were seen, and that nobody shares those of the tests. */
async function population(observations: number): Promise<void> {
  const { pool } = product.stack.database;
  await pool.query('truncate risk_population, risk_population_totals, risk_observations');
  await pool.query(
    `insert into risk_population_totals (feature, observations, distinct_values)
     select unnest($1::text[]), $2, 50`,
    [FEATURES, observations],
  );
}
beforeEach(() => population(10_000));

const applicationWith = (settings: object) => product.actors.application({ settings });
const at = (application: Application) => ({ at: application });
const decisionOf = (answer: HttpAnswer) => product.actors.decisionOf(answer);

async function settledPerson(): Promise<Person> {
  return product.actors.settledPerson();
}

describe('`rules+likelihood`', () => {
  it('asks for MFA where the ratio demands it, and says so with its reasons', async () => {
    const who = await settledPerson();
    const eager = await applicationWith({ riskModel: 'rules+likelihood', likelihoodThresholds: EAGER });
    const answer = await product.actors.check(who, {}, at(eager));
    expect(answer.body).toMatchObject({ mfaRequired: true });
    expect(await decisionOf(answer)).toMatchObject({
      outcome: 'challenge',
      reason: 'risk_score',
      riskScore: 79,
      shadow: null,
      likelihood: { score: 79, rulesScore: 0, applied: true, reasons: { length: 3 } },
    });
  });

  it('never blocks, however unlikely the sign-in', async () => {
    const who = await settledPerson();
    const strict = await applicationWith({ riskModel: 'rules+likelihood', likelihoodThresholds: EAGER });
    const answer = await product.actors.check(who, { fingerprint: 'another' }, at(strict));
    expect(answer.status).toBe(200);
    expect((await decisionOf(answer))['riskScore']).toBe(79);
  });

  it('is the rules alone until 2,000 sign-ins were counted', async () => {
    await population(1_999);
    const who = await settledPerson();
    const eager = await applicationWith({ riskModel: 'rules+likelihood', likelihoodThresholds: EAGER });
    const answer = await product.actors.check(who, {}, at(eager));
    expect(answer.body).toMatchObject({ mfaRequired: false });
    expect(await decisionOf(answer)).toMatchObject({ riskScore: 0, likelihood: null });
  });
});

describe('`likelihood-shadow`', () => {
  it('lets the rules decide and records what likelihood would have', async () => {
    const who = await settledPerson();
    const shadow = await applicationWith({ riskModel: 'likelihood-shadow', likelihoodThresholds: EAGER });
    const answer = await product.actors.check(who, {}, at(shadow));
    expect(answer.body).toMatchObject({ mfaRequired: false });
    expect(await decisionOf(answer)).toMatchObject({
      outcome: 'allow',
      riskScore: 0,
      shadow: { outcome: 'challenge', reason: 'risk_score', riskScore: 79 },
      likelihood: { applied: false, score: 79, rulesScore: 0 },
    });
  });
});

describe('`rules`', () => {
  it('reads no population and records no likelihood', async () => {
    const who = await settledPerson();
    expect(await decisionOf(await product.actors.check(who))).toMatchObject({
      likelihood: null,
      shadow: null,
    });
  });
});

describe('the population of live sign-ins', () => {
  const counted = async () => {
    await countObservations(product.stack.database.pool);
    const { rows } = await product.stack.database.pool.query<{ n: number }>(
      `select observations::int as n from risk_population_totals where feature = 'fingerprint'`,
    );
    return (rows[0]?.n ?? 0) - 10_000;
  };

  it('counts what completed: skips and verified challenges, not those that failed or were blocked', async () => {
    const { actors } = product;
    const who = await settledPerson();
    expect(await counted()).toBe(3);
    const challenged = await actors.check(who, { fingerprint: 'other' });
    expect(await counted()).toBe(3);
    await actors.verify(challenged, '000000');
    expect(await counted()).toBe(3);
    await actors.forgetSpentCodes(who);
    expect((await actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
    expect(await counted()).toBe(4);
    const never = await actors.application({ mfaPolicy: 'never' });
    await actors.check(who, { fingerprint: 'third' }, at(never));
    expect(await counted()).toBe(4);
  });

  it('counts one fingerprint of two users as one, and keeps none in clear', async () => {
    const shared = { fingerprint: 'a-shared-browser', ip: '10.99.99.1' };
    for (let n = 0; n < 2; n += 1) {
      const who = await product.actors.person();
      await product.actors.signInWithMfa({ ...who, ...shared });
    }
    await counted();
    const { rows } = await product.stack.database.pool.query<{ feature: string; value: string; n: number }>(
      `select feature, value, observations::int as n from risk_population order by feature`,
    );
    const of = (feature: string) => rows.filter((row) => row.feature === feature);
    expect(of('fingerprint')).toEqual([expect.objectContaining({ n: 2 })]);
    expect(of('ip')).toEqual([expect.objectContaining({ n: 2 })]);
    expect(of('browser')).toEqual([{ feature: 'browser', value: 'Firefox', n: 2 }]);
    expect(JSON.stringify(rows)).not.toMatch(/a-shared-browser|10\.99\.99\.1/);
    expect(FIREFOX).toContain('Firefox');
  });
});

describe('the explanation of a decision', () => {
  it('says what would have changed it, and what may be told to the user', async () => {
    const who = await settledPerson();
    const decision = await decisionOf(await product.actors.check(who, { fingerprint: 'other' }));
    expect(decision).toMatchObject({
      outcome: 'challenge',
      signals: [{ code: 'new_device', points: 30 }],
      explanation: ['new device: 30'],
      counterfactuals: [
        {
          changes: ['trusted_device'],
          riskScore: 0,
          outcome: 'allow',
          text: 'On a device with MFA in the last 30 days this would have scored 0 and been let in.',
        },
      ],
      userText: { en: expect.not.stringContaining('device'), de: expect.any(String) },
    });
  });

  it('is true: the same sign-in with the change it names is let in', async () => {
    const who = await settledPerson();
    const decision = await decisionOf(await product.actors.check(who, { ip: '10.98.98.98' }));
    expect(decision['counterfactuals']).toMatchObject([{ changes: ['known_address'], outcome: 'allow' }]);
    expect((await product.actors.check(who)).body).toMatchObject({ mfaRequired: false });
  });

  it('of a sign-in that was let in has nothing to change', async () => {
    const decision = await decisionOf(await product.actors.check(await settledPerson()));
    expect(decision).toMatchObject({ outcome: 'allow', counterfactuals: [] });
  });

  it('stands in no public answer', async () => {
    const who = await settledPerson();
    const answer = await product.actors.check(who, { fingerprint: 'other' });
    expect(answer.text).not.toMatch(/signals|counterfactual|new_device|likelihood|userText/);
  });
});
