/**
 * What the containers of docker-compose.yml run: `node embedded/container.mjs prepare|api|worker`. Owns: making
 * the secrets once in the shared volume (RUN_DIR), migrating and seeding ("prepare"), and passing signals on.
 */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate, seed } from './application.mjs';
import { openRunDirectory } from './private-files.mjs';
import { loadSecrets } from './secrets.mjs';
import { firstCurl } from './welcome.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runDir = resolve(process.env.RUN_DIR || '/data');
const SCRIPTS = { api: ['processes', 'api.js'], worker: ['processes', 'worker.js'] };

async function prepare(secrets) {
  const context = { root, runDir, env: process.env, secrets };
  const servers = { postgres: { url: process.env.DATABASE_URL }, redis: { url: process.env.REDIS_URL } };
  await migrate(context, servers);
  const { demo } = await seed(context, servers);
  const credentials = { clientId: 'demo-shop', clientSecret: secrets.demo.clientSecret, userId: demo.userId };
  const api = process.env.PUBLIC_URL || 'http://127.0.0.1:3000';
  process.stdout.write(
    `Ready. Does this sign-in need MFA?\n\n  ${firstCurl({ api, demo: credentials })}\n\n`,
  );
}

/** Runs a process of the product in our place: same output, same signals, same exit code. */
function become(script, secrets) {
  const env = { ...process.env, RUN_DIR: runDir, MASTER_KEY: secrets.masterKey };
  const args = ['--enable-source-maps', join(root, 'dist', ...script)];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(signal ? 1 : code));
}

const role = process.argv[2];
openRunDirectory(runDir);
const secrets = loadSecrets(runDir, process.env);
if (role === 'prepare') {
  await prepare(secrets);
} else if (Object.hasOwn(SCRIPTS, role)) {
  become(SCRIPTS[role], secrets);
} else {
  process.stderr.write('usage: node embedded/container.mjs prepare|api|worker\n');
  process.exitCode = 2;
}
