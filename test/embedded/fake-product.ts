/**
 * A stand-in for the product: five tiny sources that keep the contract between `embedded/` and `dist/`, so that
 * the supervisor can be tested by itself. The API is ready while a worker lives; both write down their stop.
 */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

const MIGRATE = `
import { Client } from 'pg';
async function main() {
  const client = new Client({ connectionString: process.env['DATABASE_URL'] });
  await client.connect();
  await client.query('create table if not exists kept (note text primary key)');
  await client.end();
}
void main();
`;

const SEED = `
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
async function main() {
  const given = JSON.parse(readFileSync(0, 'utf8'));
  if (!given.operator.clientSecret || !given.demo.totpSecret || !given.admin.password) process.exit(3);
  const client = new Client({ connectionString: process.env['DATABASE_URL'] });
  await client.connect();
  await client.query("insert into kept values ('seeded') on conflict do nothing");
  await client.end();
  console.log(JSON.stringify({ demo: { userId: 'usr_demo' }, admin: { userId: 'usr_admin' } }));
}
void main();
`;

const WORKER = `
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
const runDir = String(process.env['RUN_DIR']);
writeFileSync(runDir + '/fake-worker', String(process.pid));
process.on('SIGTERM', () => {
  appendFileSync(runDir + '/stops', 'worker\\n');
  rmSync(runDir + '/fake-worker', { force: true });
  process.exit(0);
});
setInterval(() => {}, 1000);
`;

const API = `
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const runDir = String(process.env['RUN_DIR']);
function workerLives(): boolean {
  try {
    process.kill(Number(readFileSync(runDir + '/fake-worker', 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
createServer((request, response) => {
  response.statusCode = request.url === '/health/ready' && !workerLives() ? 503 : 200;
  response.end(JSON.stringify({ pid: process.pid, masterKey: Boolean(process.env['MASTER_KEY']) }));
}).listen(Number(process.env['PORT']), process.env['HOST']);
const codecPort = String(process.env['CODEC_PORT']);
if (!/^\\d+$/.test(codecPort)) process.exit(1);
if (codecPort !== '0') createServer().listen(Number(codecPort), process.env['HOST']);
process.on('SIGTERM', () => {
  appendFileSync(runDir + '/stops', 'api\\n');
  process.exit(0);
});
`;

const BUNDLE = `
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
writeFileSync(join(__dirname, '..', 'workflow-bundle.js'), '');
`;

/** Lays out a repository with the real `embedded/` and the fake product in `directory`. */
export function layOutFakeProduct(directory: string): void {
  const files = {
    'storage/migrate.ts': MIGRATE,
    'cli/seed.ts': SEED,
    'processes/api.ts': API,
    'processes/worker.ts': WORKER,
    'worker/build-workflow-bundle.ts': BUNDLE,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  cpSync(join(ROOT, 'embedded'), join(directory, 'embedded'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, name), join(directory, name));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
}
