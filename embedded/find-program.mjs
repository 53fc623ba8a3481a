/**
 * Programs on PATH. Owns: finding one by name, asking its version.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** True for a file that this user may execute. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The directories of PATH. */
export function pathDirectories(env) {
  return (env.PATH ?? '').split(delimiter).filter(Boolean);
}

/** The full path of the first of these programs that PATH has, or null. */
export function findOnPath(names, env) {
  for (const name of names) {
    const found = pathDirectories(env)
      .map((directory) => join(directory, name))
      .find(isExecutable);
    if (found) return found;
  }
  return null;
}

/**
 * Runs `<program> --version` and returns the first version in what it says, as numbers.
 * @param {string} program
 * @param {{args?: string[], env?: object, uid?: number, gid?: number}} [options]
 * @returns {Promise<{text: string, numbers: number[]}>}
 */
export async function versionOf(program, { args = ['--version'], ...options } = {}) {
  const { output } = await runCommand(program, args, { withinMs: 20_000, ...options });
  // Redis says "Redis server v=7.0.15 sha=…", the others "name (Thing) 18.4".
  const match = /(?:^|[\sv=])(\d+(?:\.\d+)+)/.exec(output);
  if (!match) throw new Error(`${program} does not tell its version`);
  return { text: match[1], numbers: match[1].split('.').map(Number) };
}

/** Compares version numbers: true when `numbers` ≥ `least`. */
export function isAtLeast(numbers, least) {
  for (let index = 0; index < least.length; index += 1) {
    const difference = (numbers[index] ?? 0) - least[index];
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The environment for a server: enough to run, none of our secrets, no locale that may be missing. */
export function serverEnvironment(env) {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'USER', 'LOGNAME', 'LD_LIBRARY_PATH', 'TZ'];
  const entries = kept.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]);
  return { ...Object.fromEntries(entries), LC_ALL: 'C' };
}
