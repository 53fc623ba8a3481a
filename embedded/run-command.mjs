/**
 * Commands that run to their end (npm ci, initdb, migrate). Owns: starting them, collecting what they say,
 * and ending those still running when the supervisor stops.
 */
import { spawn } from 'node:child_process';

const running = new Set();
const KEPT_BYTES = 1024 * 1024;

/** Thrown when a command ended badly; the message carries the end of its output. */
export class CommandFailed extends Error {
  constructor(command, outcome, output) {
    const tail = output.trim().split('\n').slice(-15).join('\n');
    super(`${command} ${outcome}${tail ? `:\n${tail}` : ''}`);
    this.name = 'CommandFailed';
  }
}

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{env?: object, cwd?: string, input?: string, uid?: number, gid?: number, withinMs?: number,
 *   label?: string}} [options] `label` replaces the command line in messages
 * @returns {Promise<{stdout: string, output: string}>}
 */
export function runCommand(command, args, options = {}) {
  const { input, withinMs = 600_000, label = [command, ...args].join(' '), ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(child);
    let stdout = '';
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    child.stdout.on('data', (chunk) => {
      stdout = (stdout + chunk).slice(-KEPT_BYTES);
      output = (output + chunk).slice(-KEPT_BYTES);
    });
    child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-KEPT_BYTES)));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const settle = (act) => {
      clearTimeout(timer);
      running.delete(child);
      act();
    };
    child.once('error', (error) =>
      settle(() => reject(new CommandFailed(label, `did not start (${error.code})`, ''))),
    );
    child.once('close', (code, signal) =>
      settle(() => {
        if (code === 0) resolve({ stdout, output });
        else
          reject(
            new CommandFailed(label, signal ? `was ended by ${signal}` : `ended with code ${code}`, output),
          );
      }),
    );
  });
}

/**
 * Ends every command still running (the supervisor is stopping): asks, then, after `withinMs`, does not ask.
 * npm takes SIGTERM as a wish to finish first.
 */
export async function endRunningCommands(withinMs = 1500) {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await closed;
      clearTimeout(timer);
    }),
  );
}

/** Ends them at once. */
export function killRunningCommands() {
  for (const child of running) child.kill('SIGKILL');
}
