/**
 * What we started, on disk: `.run/processes.json`. Owns: the list by which a supervisor that comes after a
 * `kill -9` finds what the dead one left. Must never: be trusted without `isSameProcess`.
 */
import { join } from 'node:path';
import { endProcess, isSameProcess } from './identity.mjs';
import { readJson, writePrivateJson } from './private-files.mjs';

/**
 * Opens the table of a run directory.
 * An entry is `{ pid, startTime, mentions?, signature?, ports? }`, keyed by process name ("api-1", "redis").
 * @param {string} runDir
 */
export function openProcessTable(runDir) {
  const file = join(runDir, 'processes.json');
  const entries = new Map(Object.entries(readJson(file) ?? {}));
  const save = () => writePrivateJson(file, Object.fromEntries(entries));
  return {
    get: (name) => entries.get(name) ?? null,
    names: () => [...entries.keys()],
    set(name, entry) {
      entries.set(name, entry);
      save();
    },
    delete(name) {
      if (entries.delete(name)) save();
    },
    /** The entry when that process is alive and is the one recorded, else null. */
    live: (name) => (isSameProcess(entries.get(name)) ? entries.get(name) : null),
  };
}

/** How to ask each kind of process to end: SIGINT is Postgres's "fast shutdown". */
export const STOP_SIGNALS = { postgres: 'SIGINT' };

/**
 * Ends what an earlier, killed supervisor left running.
 * @param {ReturnType<typeof openProcessTable>} table
 * @param {(name: string) => boolean} which
 * @returns {Promise<string[]>} the names that were still running
 */
export async function endLeftovers(table, which) {
  const names = table.names().filter(which);
  const outcomes = await Promise.all(
    names.map((name) =>
      endProcess(table.get(name), { signal: STOP_SIGNALS[name] ?? 'SIGTERM', withinMs: 5000 }),
    ),
  );
  for (const name of names) table.delete(name);
  return names.filter((_, index) => outcomes[index] !== 'gone');
}
