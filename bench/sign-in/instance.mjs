/** The product under measurement: a running instance, or one brought up for the run and taken down after it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Limits would be measured in place of the product. */
const UNLIMITED = {
  CLIENT_REQUESTS_PER_SECOND: '100000',
  USER_SIGN_INS_PER_MINUTE: '100000',
  LOGIN_ATTEMPTS_PER_MINUTE: '100000',
  IP_PUBLIC_REQUESTS_PER_SECOND: '100000',
};
const START_MS = 300_000;

/**
 * @param {string} root
 * @param {{runDir?: string, env?: NodeJS.ProcessEnv}} [options] `runDir` of a running instance, whose limits have to be
 *   as wide; `env` of one that is brought up
 */
export async function openInstance(root, { runDir, env } = {}) {
  if (runDir !== undefined) return { ...read(runDir), stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'bench-sign-in-'));
  const child = spawn(process.execPath, [join(root, 'embedded', 'start.mjs')], {
    cwd: root,
    env: { ...process.env, ...UNLIMITED, ...env, RUN_DIR: folder },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  while (!existsSync(join(folder, 'instance.json'))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('the instance did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { ...read(folder), stop };
}

function read(runDir) {
  return JSON.parse(readFileSync(join(runDir, 'instance.json'), 'utf8'));
}
