/**
 * Log files of the children: `.run/logs/<name>.log`. Owns: opening and rotating them. The child writes to the
 * file itself, so that it goes on writing when the supervisor is killed.
 */
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const KEPT = 3;

/** The path of a child's log. */
export function logPath(logDir, name) {
  return join(logDir, `${name}.log`);
}

/**
 * Opens a log for appending, moving a large one aside first (`.1` is the newest old one).
 * @returns {number} a file descriptor that the caller closes
 */
export function openLog(logDir, name, { rotateAtBytes = ROTATE_AT_BYTES } = {}) {
  const path = logPath(logDir, name);
  if (sizeOf(path) > rotateAtBytes) rotate(path);
  return openSync(path, 'a', 0o600);
}

function rotate(path) {
  for (let age = KEPT - 1; age >= 0; age -= 1) {
    const from = age === 0 ? path : `${path}.${age}`;
    if (sizeOf(from) >= 0) renameSync(from, `${path}.${age + 1}`);
  }
}

function sizeOf(path) {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}

/** The last lines of a log, for a message about why something did not start. */
export function tailOf(path, lines = 12) {
  const size = sizeOf(path);
  if (size <= 0) return '';
  const length = Math.min(size, 8192);
  const buffer = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, buffer, 0, length, size - length);
  } finally {
    closeSync(file);
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
