/** Connections and transactions when Postgres misbehaves. */
import { randomUUID } from 'node:crypto';
import { createPool, inTransaction, isStoreOutage, prepared, type Pool } from '../../storage/postgres';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('a transaction', () => {
  let database: TestDatabase;
  let other: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    other = createPool(database.url, { size: 2, name: 'test', onError: () => undefined });
  });
  afterAll(async () => {
    await other.end();
    await database.drop();
  });

  it('whose connection dies while nothing is asked of it fails by itself, and takes no process along', async () => {
    const failed = inTransaction(database.pool, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      const ended = new Promise((resolve) => tx.once('end', resolve));
      await other.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await ended;
      await tx.query('select 1');
    }).catch((error: unknown) => error);
    expect(isStoreOutage(await failed)).toBe(true);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('that throws is rolled back, and its connection serves again', async () => {
    const table = `t_${randomUUID().replaceAll('-', '')}`;
    const failed = inTransaction(database.pool, async (tx) => {
      await tx.query(`create table ${table} ()`);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    const found = await database.pool.query('select to_regclass($1) as found', [table]);
    expect(found.rows).toEqual([{ found: null }]);
  });

  it('plans a hot statement once a connection; the others leave nothing behind', async () => {
    const hot = prepared('select $1::int + 41 as sum');
    const pool = createPool(database.url, { size: 1, name: 'test', onError: () => undefined });
    try {
      for (const one of [1, 2]) {
        expect((await pool.query(hot, [one])).rows).toEqual([{ sum: one + 41 }]);
        await pool.query('select $1::int as cold', [one]);
      }
      const { rows } = await pool.query<{ statement: string }>(
        'select statement from pg_prepared_statements',
      );
      expect(rows.map(({ statement }) => statement)).toEqual([hot]);
    } finally {
      await pool.end();
    }
  });
});
