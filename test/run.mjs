/**
 * `npm test`: installs and builds when needed, brings up Postgres, Redis and Temporal, runs every test, ends the
 * servers. Arguments go to Jest: `npm test -- test/domain`. The last line counts the tests.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../embedded/build.mjs';
import { installDependencies } from '../embedded/install.mjs';
import { bringUpServers, temporalTestServerPath } from '../embedded/test-servers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stdout.write(`${text}\n`);

async function main() {
  await installDependencies({ root }, say);
  await build({ root }, say);
  const servers = await bringUpServers({
    runDir: process.env.TEST_RUN_DIR ?? join(root, '.run-test'),
    log: say,
  });
  const results = mkdtempSync(join(tmpdir(), 'zewstid-test-'));
  try {
    const env = await testEnvironment(servers);
    await run('migrate', [join(root, 'dist/storage/migrate.js')], {
      ...env,
      DATABASE_URL: await createTemplate(servers),
    });
    const report = join(results, 'results.json');
    const jest = [
      join(root, 'node_modules/jest/bin/jest.js'),
      '--json',
      `--outputFile=${report}`,
      ...process.argv.slice(2),
    ];
    const code = await run('jest', jest, env).then(
      () => 0,
      () => 1,
    );
    return summarise(report, code);
  } finally {
    rmSync(results, { recursive: true, force: true });
    await servers.stop();
  }
}

/** What tests read: where the servers are. */
async function testEnvironment(servers) {
  return {
    ...process.env,
    NODE_ENV: 'test',
    NODE_NO_WARNINGS: '1',
    TEST_DATABASE_URL: servers.databaseUrl,
    TEST_REDIS_URL: servers.redisUrl,
    TEST_TEMPORAL_ADDRESS: servers.temporalAddress,
    TEST_TEMPORAL_TEST_SERVER: (await temporalTestServerPath({})) ?? '',
  };
}

/** A migrated database that each test file clones in milliseconds. */
async function createTemplate({ databaseUrl }) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const stale = await client.query(`select datname from pg_database where datname like 'test\\_%'`);
    for (const { datname } of stale.rows) await client.query(`drop database "${datname}" with (force)`);
    await client.query('create database test_template');
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  url.pathname = '/test_template';
  return url.href;
}

function run(label, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${label} ended with code ${code}`)),
    );
  });
}

function summarise(report, code) {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const broken = code !== 0 && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
  say(`Tests: ${numPassedTests} passed, ${numFailedTests + broken} failed, ${numPendingTests} skipped`);
  return code !== 0 || numPassedTests === 0 ? 1 : 0;
}

process.exitCode = await main().catch((error) => {
  say(`npm test could not run: ${error.message}`);
  say('Tests: 0 passed, 1 failed, 0 skipped');
  return 1;
});
