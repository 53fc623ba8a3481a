/** Child processes of the bench: each leads a group of its own and is ended by that group's id, never by a name. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';

const READY_MS = 180_000;
const END_MS = 15_000;
const LINES_TOLD = 5;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lastLines = (file) => readFileSync(file, 'utf8').trim().split('\n').slice(-LINES_TOLD).join('\n');
const living = new Set();

function start(command, args, { cwd, env, log }) {
  const output = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  living.add(child);
  void ended.then(() => living.delete(child));
  return { child, ended };
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Runs a command to its end; rejects with its last lines unless it went well. */
export async function run(command, args, options) {
  const outcome = await start(command, args, options).ended;
  if (outcome !== 0) throw new Error(`${basename(command)} ended with ${outcome}: ${lastLines(options.log)}`);
}

/**
 * Starts a server and waits until `ready` (an address) answers 2xx.
 * @returns {Promise<{stop: () => Promise<void>}>}
 */
export async function serve({ command, args, ready, ...options }) {
  const { child, ended } = start(command, args, options);
  const stop = async () => {
    signalGroup(child, 'SIGTERM');
    const inTime = await Promise.race([ended.then(() => true), sleep(END_MS).then(() => false)]);
    if (!inTime) signalGroup(child, 'SIGKILL');
    await ended;
  };
  const deadline = Date.now() + READY_MS;
  while (!(await answers(ready))) {
    if (!living.has(child) || Date.now() > deadline) {
      if (living.has(child)) await stop();
      throw new Error(`${basename(command)} did not come up: ${lastLines(options.log)}`);
    }
    await sleep(200);
  }
  return { stop };
}

/** For the very end: nothing that was started here lives on. */
export function endAll() {
  for (const child of living) signalGroup(child, 'SIGKILL');
}

async function answers(address) {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** A port of loopback that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
