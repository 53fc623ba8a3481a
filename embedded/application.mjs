/**
 * The product's own processes: migrate, seed, api, worker. Owns: their commands and environment — the contract
 * between this folder and `dist/`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { seedInput } from './secrets.mjs';

/** The queue that sign-ins run on; the worker also polls `mfa-side-effects`. */
export const TASK_QUEUE = 'mfa-decisions';

/** A whole number ≥ 1 from the environment. */
export function countFrom(env, variable) {
  const text = env[variable] || '1';
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new Error(`${variable}=${text} is not 1 to 64`);
  return count;
}

/** Chooses the ports of every API and worker process. */
export async function chooseApplicationPorts({ ports, env }) {
  const apis = [];
  for (let index = 1; index <= countFrom(env, 'API_INSTANCES'); index += 1) {
    apis.push({ port: await ports.choose('api', index), metricsPort: await ports.choose('metrics', index) });
  }
  const workers = [];
  for (let index = 1; index <= countFrom(env, 'WORKERS'); index += 1) {
    workers.push({ metricsPort: await ports.choose('workerMetrics', index) });
  }
  return { apis, workers, codecPort: await ports.choose('codec') };
}

function script(context, ...path) {
  return [join(context.root, 'dist', ...path)];
}

/** What every process of the product gets, over the environment of `npm start`. */
function commonEnvironment({ env, runDir, secrets }, servers, { apis }) {
  const feeds = env.THREAT_FEEDS_DIR || join(runDir, 'feeds');
  mkdirSync(feeds, { recursive: true, mode: 0o700 });
  return {
    ...env,
    NODE_ENV: env.NODE_ENV || 'development',
    LOG_LEVEL: env.LOG_LEVEL || 'info',
    RUN_DIR: runDir,
    HOST: '127.0.0.1',
    DATABASE_URL: servers.postgres.url,
    REDIS_URL: servers.redis.url,
    TEMPORAL_ADDRESS: servers.temporal.address,
    TEMPORAL_NAMESPACE: servers.temporal.namespace,
    TEMPORAL_UI_URL: servers.temporal.ui ?? '',
    MASTER_KEY: secrets.masterKey,
    PUBLIC_URL: env.PUBLIC_URL || `http://127.0.0.1:${apis[0].port}`,
    THREAT_FEEDS_DIR: feeds,
    DEMO_THREAT_LISTS: env.DEMO_THREAT_LISTS || '1',
  };
}

function portVariables({ port, metricsPort }, codecPort) {
  // One process serves the codec (a port can be bound once); 0 turns it off in the others.
  return {
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    CODEC_PORT: String(codecPort),
  };
}

/** Applies the migrations. */
export async function migrate(context, { postgres }) {
  await runCommand(process.execPath, script(context, 'storage', 'migrate.js'), {
    cwd: context.root,
    env: { ...context.env, RUN_DIR: context.runDir, DATABASE_URL: postgres.url },
    label: 'migrate',
  });
}

/**
 * Creates the operator, the demo application with its user, and the administrator, unless they are there.
 * @returns {Promise<{demo: {userId: string}, admin: {userId: string}}>}
 */
export async function seed(context, { postgres, redis }) {
  const { stdout } = await runCommand(process.execPath, script(context, 'cli', 'seed.js'), {
    cwd: context.root,
    env: {
      ...context.env,
      RUN_DIR: context.runDir,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      MASTER_KEY: context.secrets.masterKey,
    },
    input: seedInput(context.secrets),
    label: 'seed',
  });
  const last = stdout.trim().split('\n').pop();
  const seeded = JSON.parse(last);
  if (!seeded?.demo?.userId) throw new Error('seed did not print {"demo":{"userId":…}}');
  return seeded;
}

/** The specifications of the API and worker processes, for `superviseProcess`. */
export function applicationProcesses(context, servers, chosen) {
  const common = commonEnvironment(context, servers, chosen);
  const spec = (role, index, { path, extra }) => {
    const args = script(context, ...path);
    const env = { ...common, ...extra };
    const plan = () => ({ command: process.execPath, args, cwd: context.root, env });
    return { name: `${role}-${index + 1}`, role, mentions: args[0], plan };
  };
  const apis = chosen.apis.map((ports, index) => {
    const extra = portVariables(ports, index === 0 ? chosen.codecPort : 0);
    return spec('api', index, { path: ['processes', 'api.js'], extra });
  });
  const workers = chosen.workers.map(({ metricsPort }, index) => {
    const extra = {
      ...portVariables(chosen.apis[0], chosen.codecPort),
      WORKER_METRICS_PORT: String(metricsPort),
    };
    return spec('worker', index, { path: ['processes', 'worker.js'], extra });
  });
  return { apis, workers };
}
