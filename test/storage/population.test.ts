import { FEATURES, type FeatureValues } from '../../domain/risk/likelihood/features';
import { countObservations, forgetRareValues } from '../../storage/population';
import { loadRiskInputs, lockProfile, saveProfile } from '../../storage/risk-inputs';
import { inTransaction } from '../../storage/postgres';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `insert into organizations (id, name) values ('org_p', 'p');
     insert into users (id, organization_id, login) values ('usr_p', 'org_p', 'p')`,
  );
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('truncate risk_observations, risk_population, risk_population_totals'));

const values = (change: Partial<FeatureValues> = {}): FeatureValues => ({
  ...{ fingerprint: 'f1', asn: '20712', country: 'GB', browser: 'Firefox', os: 'Linux', ip: 'i1' },
  ...change,
});

async function complete(...seen: FeatureValues[]) {
  for (const observed of seen)
    await inTransaction(database.pool, async (tx) => {
      await lockProfile(tx, 'usr_p');
      await saveProfile(tx, 'usr_p', { profile: {}, observed });
    });
}

async function populationFor(asked: FeatureValues | undefined) {
  const query = { userId: 'usr_p', deviceKey: 'd', deviceTokenHash: undefined, ipKey: 'i', values: asked };
  return (await loadRiskInputs(database.pool, query)).population;
}

describe('the population', () => {
  it('is empty at first, and is read only where it is asked for', async () => {
    expect(await populationFor(undefined)).toBeUndefined();
    const none = Object.fromEntries(FEATURES.map((feature) => [feature, { count: 0, distinct: 0 }]));
    expect(await populationFor(values())).toEqual({ observations: 0, counts: none });
  });

  it('counts completed sign-ins, their values, and how many different ones there are', async () => {
    await complete(values(), values({ ip: 'i2' }), values({ fingerprint: 'f2', ip: 'i2' }));
    expect(await countObservations(database.pool)).toBe(3);
    const population = await populationFor(values({ country: 'FR' }));
    expect(population?.observations).toBe(3);
    expect(population?.counts).toMatchObject({
      fingerprint: { count: 2, distinct: 2 },
      ip: { count: 1, distinct: 2 },
      country: { count: 0, distinct: 1 },
      browser: { count: 3, distinct: 1 },
    });
  });

  it('counts each sign-in once, however many count at a time', async () => {
    const many = Array.from({ length: 30 }, (_, n) => values({ ip: `i${n % 7}` }));
    await complete(...many);
    await Promise.all(Array.from({ length: 5 }, () => countObservations(database.pool)));
    await countObservations(database.pool);
    const population = await populationFor(values({ ip: 'i0' }));
    expect(population?.observations).toBe(30);
    expect(population?.counts.ip).toEqual({ count: 5, distinct: 7 });
    expect((await database.pool.query('select 1 from risk_observations')).rowCount).toBe(0);
  });

  it('counts the second batch onto the first', async () => {
    await complete(values());
    await countObservations(database.pool);
    await complete(values(), values({ asn: '1' }));
    await countObservations(database.pool);
    expect((await populationFor(values()))?.counts.asn).toEqual({ count: 2, distinct: 2 });
  });

  it('takes nothing of a transaction that was rolled back', async () => {
    await expect(
      inTransaction(database.pool, async (tx) => {
        await lockProfile(tx, 'usr_p');
        await saveProfile(tx, 'usr_p', { profile: {}, observed: values() });
        throw new Error('not completed');
      }),
    ).rejects.toThrow('not completed');
    expect(await countObservations(database.pool)).toBe(0);
  });

  it('knows no features but its own, whatever lies in a row', async () => {
    const row = { ...values(), password: 'x', country: null };
    await database.pool.query('insert into risk_observations (features) values ($1)', [JSON.stringify(row)]);
    await countObservations(database.pool);
    const { rows } = await database.pool.query('select distinct feature from risk_population order by 1');
    expect(rows.map(({ feature }) => feature)).toEqual(['asn', 'browser', 'fingerprint', 'ip', 'os']);
  });

  it('forgets after half a year what one sign-in had, and keeps what several had', async () => {
    await complete(values({ ip: 'rare' }), values({ ip: 'common' }), values({ ip: 'common' }));
    await countObservations(database.pool);
    await forgetRareValues(database.pool);
    expect((await populationFor(values({ ip: 'rare' })))?.counts.ip).toEqual({ count: 1, distinct: 2 });
    await database.pool.query(`update risk_population set last_seen = now() - interval '184 days'`);
    await forgetRareValues(database.pool);
    expect((await populationFor(values({ ip: 'rare' })))?.counts.ip).toEqual({ count: 0, distinct: 1 });
    expect((await populationFor(values({ ip: 'common' })))?.counts.ip).toEqual({ count: 2, distinct: 1 });
  });
});
