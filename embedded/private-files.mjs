/**
 * Files that only their owner may read. Owns: atomic writing with mode 600, reading JSON that may be missing
 * or cut short. Must never: leave a half-written file under the real name.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let counter = 0;

/**
 * Replaces a file in one step (temporary file, then rename), readable by its owner only.
 * @param {string} path
 * @param {string | Buffer} content
 */
export function writePrivateFile(path, content) {
  counter += 1;
  const temporary = `${path}.${process.pid}.${counter}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The same for a value written as JSON. */
export function writePrivateJson(path, value) {
  writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The value of a JSON file; null when it is missing or unreadable. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Makes a directory (and its parents) that only its owner may enter. */
export function makePrivateDirectory(path) {
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/**
 * Makes the run directory, or takes the one that is there if it is ours: mixing accounts leaves files that one
 * of them cannot open.
 * @param {string} runDir
 */
export function openRunDirectory(runDir) {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const owner = statSync(runDir).uid;
  const me = process.getuid();
  if (owner !== me) throw new Error(`${runDir} belongs to user ${owner}, you are ${me}; use another RUN_DIR`);
  makePrivateDirectory(runDir);
  makePrivateDirectory(join(runDir, 'logs'));
}
