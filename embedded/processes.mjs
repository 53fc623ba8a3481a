/**
 * Long-running children. Owns: starting one, starting it again when it ends (with a growing pause), taking
 * over one that an earlier supervisor left, and stopping it. Must never: signal a pid without comparing its
 * start time, or restart what was asked to stop.
 */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { endProcess, identify, isSameProcess, signalIfSame } from './identity.mjs';
import { openLog } from './logs.mjs';
import { STOP_SIGNALS } from './process-table.mjs';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 10_000;
const STABLE_AFTER_MS = 30_000;
// Off Linux each look costs a `ps`.
const WATCH_EVERY_MS = process.platform === 'linux' ? 250 : 1000;

/** The pause before the n-th restart in a row: 50 ms, 100 ms … 10 s. */
export function restartPause(failuresInARow) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failuresInARow - 1));
}

function launch(running) {
  const { state } = running;
  state.startedAt = Date.now();
  try {
    spawnOne(running);
  } catch (error) {
    ended(running, `could not be started (${error.message})`);
  }
}

function spawnOne(running) {
  const { state, spec, host } = running;
  spec.prepare?.();
  const plan = spec.plan();
  const { command, args, env, cwd, uid, gid } = plan;
  const log = openLog(host.logDir, spec.name);
  // Its own process group: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
  const child = spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.once('error', (error) => ended(running, `did not start (${error.code})`));
  if (child.pid === undefined) return;
  const { signature, ports } = spec;
  const how = signature === undefined ? {} : { signature, ports, launch: plan };
  state.record = { ...identify(child.pid, spec.mentions), ...how };
  host.table.set(spec.name, state.record);
  child.once('exit', (code, signal) => {
    ended(running, signal ? `was ended by ${signal}` : `ended with code ${code}`);
  });
  host.onChange();
}

function ended(running, how) {
  const { state, spec, host } = running;
  clearInterval(state.watch);
  if (state.record) host.table.delete(spec.name);
  state.record = null;
  state.exits += 1;
  state.lastEnd = how;
  if (state.stopping) return;
  state.failures = Date.now() - state.startedAt >= STABLE_AFTER_MS ? 1 : state.failures + 1;
  const pauseMs = restartPause(state.failures);
  host.onEnd(spec.name, how, pauseMs);
  state.timer = setTimeout(() => launch(running), pauseMs);
}

async function stop({ state, spec, host }, withinMs) {
  state.stopping = true;
  clearTimeout(state.timer);
  clearInterval(state.watch);
  if (!state.record) return 'gone';
  const outcome = await endProcess(state.record, {
    signal: STOP_SIGNALS[spec.role] ?? 'SIGTERM',
    withinMs,
  });
  // One that even SIGKILL has not ended yet stays in the table: the next start must find it.
  if (!isSameProcess(state.record)) host.table.delete(spec.name);
  state.record = null;
  return outcome;
}

/**
 * @param {object} spec
 * @param {string} spec.name unique; also the name of the log
 * @param {string} spec.role api | worker | temporal | redis | postgres
 * @param {() => {command: string, args: string[], env: object, cwd?: string, uid?: number, gid?: number}} spec.plan
 *   called at every start
 * @param {() => void} [spec.prepare] called before every start
 * @param {string} [spec.mentions] a text its command line must hold to be recognised
 * @param {string} [spec.signature] how it was started: with it, a later supervisor may take the process over (if
 *   it would start it in the same way), so the plan is kept on disk and must hold no secret
 * @param {object} [spec.ports] what it listens on, for the one who finds it later
 * @param {{table: object, logDir: string, onChange: () => void,
 *   onEnd: (name: string, how: string, pauseMs: number) => void}} host
 */
export function superviseProcess(spec, host) {
  const state = { record: null, startedAt: 0, failures: 0, exits: 0, lastEnd: '', stopping: false };
  const running = { state, spec, host };
  return {
    name: spec.name,
    role: spec.role,
    pid: () => state.record?.pid ?? null,
    start() {
      state.stopping = false;
      launch(running);
    },
    /** Takes over a process found alive: it is no child of ours, so its end is noticed by looking. */
    adopt(record) {
      Object.assign(state, { record, startedAt: Date.now() });
      state.watch = setInterval(() => {
        if (!isSameProcess(record)) ended(running, 'is gone');
      }, WATCH_EVERY_MS);
    },
    /** Why waiting for it is pointless (it ended that many times), or null. */
    hopeless: (exits = 3) =>
      state.exits >= exits ? `${spec.name} ${state.lastEnd}, ${state.exits} times` : null,
    stop: (withinMs) => stop(running, withinMs),
    /** Ends it at once, without waiting. */
    kill() {
      state.stopping = true;
      clearTimeout(state.timer);
      clearInterval(state.watch);
      if (state.record) signalIfSame(state.record, spec.role === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    },
  };
}
