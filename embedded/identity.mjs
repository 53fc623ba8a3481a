/**
 * Who a process id really is. Owns: reading a process's start time and command line, and the only calls that
 * signal a pid read from a file. Must never: signal a pid whose start time is not the recorded one, because
 * ids are reused and the one in the file may by now be somebody else's process.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

let cachedBootId;

/** The kernel's boot id: start times count from boot, so that the same count after a reboot is another process. */
function bootId() {
  cachedBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return cachedBootId;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); a zombie has ended and is only waiting to be counted. */
function linuxStartTime(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : `${bootId()}:${fields[19]}`;
}

function askPs(pid, column) {
  const options = {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  };
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], options).trim();
}

/**
 * When the process started, as an opaque text to compare, or null when there is no such (living) process.
 * @param {number} pid
 * @returns {string | null}
 */
export function startTimeOf(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  try {
    if (process.platform === 'linux') return linuxStartTime(pid);
    return askPs(pid, 'state').startsWith('Z') ? null : askPs(pid, 'lstart') || null;
  } catch {
    return null;
  }
}

/**
 * The command line of a process, its arguments joined by spaces; '' when it cannot be read.
 * @param {number} pid
 */
export function commandLineOf(pid) {
  try {
    if (process.platform !== 'linux') return askPs(pid, 'command');
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  } catch {
    return '';
  }
}

/**
 * What to write down about a process just started, so that it can be recognised later.
 * @param {number} pid
 * @param {string} [mentions] a text its command line must hold (a data directory, a script)
 */
export function identify(pid, mentions) {
  return { pid, startTime: startTimeOf(pid), ...(mentions ? { mentions } : {}) };
}

/**
 * True when the recorded process is alive and is still the one that was recorded.
 * @param {{pid: number, startTime: string | null, mentions?: string} | null | undefined} record
 */
export function isSameProcess(record) {
  if (!record?.startTime || startTimeOf(record.pid) !== record.startTime) return false;
  return !record.mentions || commandLineOf(record.pid).includes(record.mentions);
}

/**
 * Sends a signal to the recorded process, if it is still that one.
 * @returns {boolean} whether it was sent
 */
export function signalIfSame(record, signal) {
  // Stops "the pid in the file was reused": an unrelated process must never be signalled.
  if (!isSameProcess(record)) return false;
  try {
    process.kill(record.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits until the recorded process is gone.
 * @returns {Promise<boolean>} false when it is still there after `withinMs`
 */
export async function waitUntilGone(record, withinMs) {
  const deadline = Date.now() + withinMs;
  while (startTimeOf(record.pid) === record.startTime && record.startTime !== null) {
    if (Date.now() >= deadline) return false;
    await pause(20);
  }
  return true;
}

/**
 * Asks the recorded process to end, then ends it.
 * @param {object} record as made by `identify`
 * @param {{signal?: NodeJS.Signals, withinMs?: number}} [how]
 * @returns {Promise<'gone' | 'ended' | 'killed'>} gone: it was not there (or is somebody else's by now)
 */
export async function endProcess(record, { signal = 'SIGTERM', withinMs = 5000 } = {}) {
  if (!signalIfSame(record, signal)) return 'gone';
  if (await waitUntilGone(record, withinMs)) return 'ended';
  signalIfSame(record, 'SIGKILL');
  await waitUntilGone(record, 2000);
  return 'killed';
}
