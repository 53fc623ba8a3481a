/**
 * Where downloaded server binaries are kept between runs: the user's cache directory, so that a fresh clone
 * does not fetch 45 MB again; `.run/cache` where there is none that we can write to.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

function usable(directory) {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} runDir
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} an existing, writable directory
 */
export function cacheDirectory(runDir, env) {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  const wanted = [join(base, 'zewstid-mfa'), join(runDir, 'cache')];
  const found = wanted.find(usable);
  if (!found) throw new Error(`no writable cache directory (tried ${wanted.join(', ')})`);
  return found;
}
