/**
 * Puts new databases and threat lists into force while the worker runs: whoever updates them only writes files. A file
 * is taken when two looks in a row find it the same: one that is being written is left alone.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkSource, SourceProblem } from '../domain/network-sources';
import { readPrint } from '../network/file-print';
import type { NetworkIntelligence } from '../network/network-intelligence';
import { errorName } from '../runtime/error-name';
import type { Logger } from '../runtime/logger';

const INTERVAL_MS = 2_500;
/** What could not be read is tried again after this time, though nothing seems to have changed. */
const RETRY_MS = 60_000;

/** `refused`: at least one file is not in force as it lies on disk. `failed`: nothing could be read. */
export type ReloadOutcome = 'changed' | 'unchanged' | 'refused' | 'failed';

type WatchedNetwork = Pick<NetworkIntelligence, 'sources' | 'problems' | 'reload'>;

export interface NetworkWatchDeps {
  readonly network: WatchedNetwork;
  readonly directories: readonly string[];
  /** Paths of single files. */
  readonly databases: readonly string[];
  readonly logger: Logger;
  readonly onReload: (outcome: ReloadOutcome) => void;
}

/** Print by path, of the files that are there. */
type Prints = ReadonlyMap<string, string>;

/** One look at a time: returns a function that looks once. Exported for tests. */
export function createNetworkLook(deps: NetworkWatchDeps): (now?: number) => Promise<void> {
  let seen: Prints = new Map();
  let taken: Prints = new Map();
  const tellNew = createTeller(deps);
  let lastReload = 0;
  let isFirst = true;
  return async (now = Date.now()) => {
    const current = await printsOf(deps);
    const paths = new Set([...seen.keys(), ...current.keys(), ...taken.keys()]);
    const unsettled = new Set([...paths].filter((path) => seen.get(path) !== current.get(path)));
    const isDue = [...paths].some((path) => !unsettled.has(path) && current.get(path) !== taken.get(path));
    const isRetry = deps.network.problems().length > 0 && now - lastReload >= RETRY_MS;
    seen = current;
    if (isFirst) lastReload = now;
    isFirst = false;
    if (!isDue && !isRetry) return;
    lastReload = now;
    const outcome = await reload(deps, unsettled);
    deps.onReload(outcome);
    if (outcome === 'failed') return;
    taken = merge({ taken, current, unsettled });
    tellNew();
  };
}

/** Looks every few seconds until stopped. */
export function watchNetwork(deps: NetworkWatchDeps): { stop: () => void } {
  const look = createNetworkLook(deps);
  let isUnderWay = false;
  const tick = () => {
    if (isUnderWay) return;
    isUnderWay = true;
    look()
      .catch((error: unknown) =>
        deps.logger.warn({ cause: errorName(error) }, 'network data could not be looked at'),
      )
      .finally(() => (isUnderWay = false));
  };
  tick();
  const timer = setInterval(tick, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function reload(
  { network, logger }: NetworkWatchDeps,
  unsettled: ReadonlySet<string>,
): Promise<ReloadOutcome> {
  const before = JSON.stringify(network.sources());
  try {
    await network.reload(unsettled);
  } catch (error) {
    logger.warn({ cause: errorName(error) }, 'network data could not be reloaded');
    return 'failed';
  }
  if (network.problems().length > 0) return 'refused';
  return JSON.stringify(network.sources()) === before ? 'unchanged' : 'changed';
}

/** Files that are being written keep the print with which they were taken last. */
function merge(prints: { taken: Prints; current: Prints; unsettled: ReadonlySet<string> }): Prints {
  const { taken, current, unsettled } = prints;
  const settled = [...current].filter(([path]) => !unsettled.has(path));
  return new Map([...[...taken].filter(([path]) => unsettled.has(path)), ...settled]);
}

/** Logs what is in force now and was not before, and each problem once as long as it lasts. */
function createTeller({ network, logger }: NetworkWatchDeps): () => void {
  let sources = network.sources();
  let problems: readonly SourceProblem[] = network.problems();
  return () => {
    const [oldSources, oldProblems] = [sources, problems];
    [sources, problems] = [network.sources(), network.problems()];
    for (const source of sources) tellSource(logger, source, oldSources);
    const isNew = ({ name, reason }: SourceProblem) =>
      !oldProblems.some((old) => old.name === name && old.reason === reason);
    for (const problem of problems.filter(isNew)) logger.warn({ problem }, 'network data not in force');
  };
}

function tellSource(logger: Logger, source: NetworkSource, before: readonly NetworkSource[]): void {
  const { name, kind, entries, updatedAt } = source;
  const old = before.find(
    (other) => other.kind === kind && (other.name === name || kind.startsWith('geoip')),
  );
  if (old?.updatedAt === updatedAt && old.name === name) return;
  const told = { source: name, kind, entries, updatedAt: new Date(updatedAt).toISOString() };
  if (old && updatedAt < old.updatedAt) logger.warn(told, 'network data in force, older than before');
  else logger.info(told, 'network data in force');
}

async function printsOf({ directories, databases }: NetworkWatchDeps): Promise<Prints> {
  const paths = [...databases];
  for (const directory of directories) {
    const names = await readdir(directory).catch(() => []);
    paths.push(...names.filter((name) => !name.startsWith('.')).map((name) => join(directory, name)));
  }
  const prints = await Promise.all(paths.map(async (path) => [path, await readPrint(path)] as const));
  return new Map(prints.flatMap(([path, print]) => (print === undefined ? [] : [[path, print]])));
}
