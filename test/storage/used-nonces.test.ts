/** Nonces count once, within their window by the database's clock, and are forgotten only when nobody accepts them. */
import { deleteExpiredNonces, useNonce } from '../../storage/used-nonces';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase(20);
});
afterAll(() => database.drop());

async function databaseNow(): Promise<number> {
  const { rows } = await database.pool.query<{ now: number }>(
    'select extract(epoch from now())::float8 as now',
  );
  return rows[0]?.now ?? 0;
}
const use = async (hash: string, secondsOff = 0) =>
  useNonce(database.pool, { hash, issuedAtSeconds: (await databaseNow()) + secondsOff, windowSeconds: 60 });
const count = async () => (await database.pool.query('select 1 from used_nonces')).rowCount;

describe('a nonce', () => {
  it('counts once', async () => {
    expect(await use('one')).toBe(true);
    expect(await use('one')).toBe(false);
    expect(await use('another')).toBe(true);
  });

  it('used by twenty at once counts for exactly one', async () => {
    const used = await Promise.all(Array.from({ length: 20 }, () => use('raced')));
    expect(used.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    [-58, true],
    [58, true],
    [-61, false],
    [62, false],
    [1e300, false],
    [-1e300, false],
  ])('made %p seconds from now by the clock of the database counts: %p', async (secondsOff, counts) => {
    expect(await use(`off-${secondsOff}`, secondsOff)).toBe(counts);
  });

  it('outside its window leaves no row', async () => {
    const before = await count();
    await use('stale', -3_600);
    expect(await count()).toBe(before);
  });

  it('is kept until its window is over for everybody, then forgotten, also by sweeps that race', async () => {
    const { pool } = database;
    await pool.query('delete from used_nonces');
    await use('from-the-future', 58);
    await pool.query(`update used_nonces set expires_at = expires_at - interval '118 seconds'`);
    await deleteExpiredNonces(pool);
    expect(await count()).toBe(1);
    await pool.query(
      `insert into used_nonces select 'old-' || n, now() - interval '1 second' from generate_series(1, 12000) n`,
    );
    await Promise.all([1, 2, 3].map(() => deleteExpiredNonces(pool)));
    await deleteExpiredNonces(pool);
    expect(await count()).toBe(1);
    expect(await use('from-the-future')).toBe(false);
  });
});
