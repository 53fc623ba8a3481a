/** What the migration to roles does with an instance that was seeded before. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS } from '../../domain/access/permissions';
import { createTestDatabase, type TestDatabase } from '../support/database';

const FIRST = 'org_AAAAAAAAAAAAAAAAAAAAAA';
const OTHER = 'org_BBBBBBBBBBBBBBBBBBBBBB';
const SCOPES_BEFORE = [
  'gateway',
  'users:read',
  'users:write',
  'factors:read',
  'factors:write',
  'applications:write',
  'admin:read',
];

const migration = readFileSync(join(__dirname, '../../storage/migrations/0005_access.sql'), 'utf8');
const grant = /^update applications[^;]+;/m.exec(migration)?.[0] ?? '';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`insert into organizations (id, name) values ($1, 'First'), ($2, 'Other')`, [
    FIRST,
    OTHER,
  ]);
});
afterAll(() => database.drop());

async function scopesOf(
  clientId: string,
  organizationId: string,
  scopes: readonly string[],
): Promise<string[]> {
  const { pool } = database;
  const insert = `insert into applications (client_id, organization_id, name, scopes) values ($1, $2, 'x', $3)
    on conflict (client_id) do update set organization_id = $2, scopes = $3`;
  await pool.query(insert, [clientId, organizationId, scopes]);
  await pool.query(grant);
  const { rows } = await pool.query<{ scopes: string[] }>(
    `select scopes from applications where client_id = $1`,
    [clientId],
  );
  return [...(rows[0]?.scopes ?? [])].sort();
}

describe('the migration to roles', () => {
  it('gives the operator of the first organization every scope, once', async () => {
    const every = [...PERMISSIONS].sort();
    expect(await scopesOf('operator', FIRST, SCOPES_BEFORE)).toEqual(every);
    expect(await scopesOf('operator', FIRST, PERMISSIONS)).toEqual(every);
  });

  it('gives nothing to anybody else', async () => {
    expect(await scopesOf('some-shop', FIRST, ['users:read'])).toEqual(['users:read']);
    expect(await scopesOf('operator', OTHER, ['users:read'])).toEqual(['users:read']);
  });
});
