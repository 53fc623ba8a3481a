/**
 * The server of better-auth; copied into the folder where it is installed. Makes its tables and people, then
 * listens. One password is taken without a hash, so that a request is the work after the first factor.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { hashPassword, symmetricEncrypt, verifyPassword } from 'better-auth/crypto';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { twoFactor } from 'better-auth/plugins';
import pg from 'pg';

const { BASE_URL, BETTER_AUTH_SECRET, DATABASE_URL, PEOPLE_FILE, STUB_PASSWORD } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const options = {
  baseURL: BASE_URL,
  secret: BETTER_AUTH_SECRET,
  appName: 'bench',
  database: pool,
  logger: { level: 'error' },
  telemetry: { enabled: false },
  // On by default in production, three in ten seconds for codes: it would refuse the bench.
  rateLimit: { enabled: false },
  emailAndPassword: {
    enabled: true,
    password: {
      hash: hashPassword,
      verify: async ({ hash, password }) => password === STUB_PASSWORD || verifyPassword({ hash, password }),
    },
  },
  plugins: [twoFactor({ issuer: 'bench' })],
};

/** Each person twice: with a TOTP secret, and as `plain-…` without one. */
async function seed({ password, people }) {
  const hash = await hashPassword(password);
  const names = people.flatMap(({ name }) => [name, `plain-${name}`]);
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", "twoFactorEnabled")
     select name, name, name || '@bench.test', true, now(), now(), name not like 'plain-%'
       from unnest($1::text[]) as name`,
    [names],
  );
  await pool.query(
    `insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
     select name, name, 'credential', name, $2, now(), now() from unnest($1::text[]) as name`,
    [names, hash],
  );
  const secrets = await Promise.all(
    people.map(({ secret }) => symmetricEncrypt({ key: BETTER_AUTH_SECRET, data: secret })),
  );
  await pool.query(
    `insert into "twoFactor" (id, secret, "backupCodes", "userId", verified, "failedVerificationCount")
     select name, secret, '', name, true, 0 from unnest($1::text[], $2::text[]) as both_of (name, secret)`,
    [people.map(({ name }) => name), secrets],
  );
  await pool.query('analyze');
}

const { runMigrations } = await getMigrations(options);
await runMigrations();
await seed(JSON.parse(readFileSync(PEOPLE_FILE, 'utf8')));
const { hostname, port } = new URL(BASE_URL);
createServer(toNodeHandler(betterAuth(options))).listen(Number(port), hostname);
