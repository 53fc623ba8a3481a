/** A database of its own for a test file, cloned from the migrated template. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createPool, type Pool } from '../../storage/postgres';

/** A required variable that `test/run.mjs` sets. */
export function testEnvironment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with \`npm test\``);
  return value;
}

export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  drop(): Promise<void>;
}

/** Clones the template; `drop` closes the pool and removes the clone. */
export async function createTestDatabase(poolSize = 10): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const adminUrl = testEnvironment('TEST_DATABASE_URL');
  await asAdmin(adminUrl, `create database ${name} template test_template`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const pool = createPool(url.href, { size: poolSize, name, onError: () => undefined });
  return {
    url: url.href,
    pool,
    async drop() {
      await pool.end();
      // Plain first: it sends autovacuum away, which `force` may not terminate without being a superuser.
      await asAdmin(adminUrl, `drop database ${name}`).catch(() =>
        asAdmin(adminUrl, `drop database ${name} with (force)`),
      );
    },
  };
}

/** Creating two clones of a template at once fails, so a lock lets one through at a time. */
async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(4242)`);
    await client.query(statement);
  } finally {
    await client.end();
  }
}
