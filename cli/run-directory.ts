/** Where a local instance keeps its files, and what a command needs of them. Environment variables go first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type Config } from '../runtime/config';

/** `RUN_DIR`, by default `.run` in the current folder. */
export function runDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return env['RUN_DIR'] ?? '.run';
}

interface InstanceFile {
  readonly postgres: string;
  readonly redis: string;
  readonly codec: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
}

/** The running instance, as `npm start` wrote it. */
export function readInstance(): InstanceFile {
  return readJson('instance.json') as InstanceFile;
}

/** The configuration of a command: the environment, completed by the running local instance. */
export function loadCommandConfig(): Config {
  const complete = ['DATABASE_URL', 'REDIS_URL', 'TEMPORAL_ADDRESS', 'MASTER_KEY'].every(
    (name) => process.env[name],
  );
  if (complete) return loadConfig();
  const { postgres, redis, temporal } = readInstance();
  return loadConfig({
    DATABASE_URL: postgres,
    REDIS_URL: redis,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    MASTER_KEY: readMasterKey(),
    LOG_LEVEL: 'warn',
    ...process.env,
  });
}

/** `MASTER_KEY`, or the one that `npm start` made. */
export function readMasterKey(): string {
  return process.env['MASTER_KEY'] ?? (readJson('secrets.json') as { masterKey: string }).masterKey;
}

function readJson(name: string): unknown {
  const path = join(runDirectory(), name);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    throw new Error(`${path} cannot be read: is an instance running (npm start), and is RUN_DIR right?`);
  }
}
