/**
 * What every step of a bring-up needs: where, with which environment, ports, secrets and process table. Owns:
 * the list of supervised processes, taking over servers that a killed supervisor left, stopping in order.
 *
 * @typedef {ReturnType<typeof createContext>} Context
 */
import { join } from 'node:path';
import { endProcess } from './identity.mjs';
import { openPorts } from './ports.mjs';
import { openProcessTable, STOP_SIGNALS } from './process-table.mjs';
import { superviseProcess } from './processes.mjs';
import { waitUntil } from './ready.mjs';
import { loadSecrets } from './secrets.mjs';

/** Stopped group by group, in this order, each with its longest time; 14.5 s in all. */
const STOP_ORDER = [
  { roles: ['api'], withinMs: 6000 },
  { roles: ['worker'], withinMs: 5000 },
  { roles: ['temporal'], withinMs: 2500 },
  { roles: ['redis', 'postgres'], withinMs: 3000 },
];

/**
 * Takes over a server that an earlier supervisor left running, when it is the one recorded, was started as we
 * would start it, and answers. One that does not is ended, so that its data directory is free.
 */
async function takeOver(identity, answers, { table, ports, supervise }) {
  const record = table.live(identity.name);
  if (!record) {
    table.delete(identity.name);
    return null;
  }
  const usable =
    record.signature === identity.signature &&
    (await waitUntil(() => answers(record.ports), { what: identity.name, withinMs: 5000 }).catch(() => null));
  if (!usable) {
    await endProcess(record, { signal: STOP_SIGNALS[identity.role] });
    table.delete(identity.name);
    return null;
  }
  for (const [purpose, port] of Object.entries(record.ports)) ports.keep(purpose, port);
  const process = supervise({ ...identity, ports: record.ports, plan: () => record.launch });
  process.adopt(record);
  return { process, ports: record.ports };
}

/** Stops every process, in order; `onStop` is told the name of each. */
async function stopAll(processes, onStop) {
  for (const { roles, withinMs } of STOP_ORDER) {
    const group = processes.filter(({ role }) => roles.includes(role));
    await Promise.all(
      group.map(async (one) => {
        const outcome = await one.stop(withinMs);
        if (outcome !== 'gone') onStop(one.name, outcome);
      }),
    );
  }
}

/**
 * @param {object} options
 * @param {string} options.root the repository
 * @param {string} options.runDir absolute
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} [options.durable] false: tests, where a lost file costs nothing
 * @param {number} [options.usualPort] 0: any free port instead of the usual ones
 * @param {() => void} [options.onChange] a process was started (again)
 * @param {(name: string, how: string, pauseMs: number) => void} [options.onEnd] a process ended by itself
 */
export function createContext(options) {
  const { root, runDir, env, durable = true, usualPort, onChange = () => {}, onEnd = () => {} } = options;
  const logDir = join(runDir, 'logs');
  const table = openProcessTable(runDir);
  const ports = openPorts(runDir, env, { usual: usualPort });
  const host = { table, logDir, onChange, onEnd };
  const processes = [];
  const state = { stopping: false };

  function supervise(spec) {
    if (state.stopping) throw new Error('the supervisor is stopping');
    const process = superviseProcess(spec, host);
    processes.push(process);
    return process;
  }

  return {
    root,
    runDir,
    env,
    durable,
    logDir,
    table,
    ports,
    secrets: loadSecrets(runDir, env),
    processes,
    supervise,
    takeOver: (identity, answers) => takeOver(identity, answers, { table, ports, supervise }),
    /** Drops a process that never became ready. */
    async abandon(process) {
      await process.stop(2000);
      processes.splice(processes.indexOf(process), 1);
    },
    stopAll(onStop = () => {}) {
      state.stopping = true;
      return stopAll(processes, onStop);
    },
    killAll() {
      state.stopping = true;
      for (const process of processes) process.kill();
    },
  };
}
