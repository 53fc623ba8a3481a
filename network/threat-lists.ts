/**
 * The threat lists in force: which network classes an address or a network number belongs to.
 * A reload replaces all lists at once, and a list that went bad keeps its last good version: whoever can
 * disturb a download or a disk must not be able to make attackers look clean.
 */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { NETWORK_CLASSES, type NetworkClass, type NetworkFacts } from '../domain/risk/facts';
import { findInterval } from './intervals';
import type { IpAddress } from './ip-address';
import { readListFile, whyCutShort, type ThreatList } from './list-file';
import { packagedListsDirectory } from './packaged-data';

export interface ListAge {
  readonly name: string;
  readonly class: NetworkClass;
  readonly entries: number;
  /** Epoch ms. */
  readonly updatedAt: number;
  readonly stale: boolean;
}

/** A file that is not in force as it lies on disk, and why; its last good version stays in force if there was one. */
export interface ListProblem {
  readonly name: string;
  readonly reason: string;
}

export interface ThreatLists {
  readonly classify: (address: IpAddress, asn: number | undefined) => ListClasses;
  readonly ages: () => readonly ListAge[];
  readonly problems: () => readonly ListProblem[];
  readonly reload: () => Promise<void>;
}

export type ListClasses = Pick<NetworkFacts, 'classes' | 'staleClasses'>;

interface LoadedLists {
  readonly lists: readonly ThreatList[];
  readonly problems: readonly ListProblem[];
}

/** Loads every list of the directories; a missing directory holds none. `now` in epoch ms. Never throws on content. */
export async function loadThreatLists(options: {
  directories: readonly string[];
  now: () => number;
}): Promise<ThreatLists> {
  const { directories, now } = options;
  let loaded = await loadDirectories(directories, []);
  let pendingReload = Promise.resolve();
  return {
    classify: (address, asn) => classify(loaded.lists, { address, asn, at: now() }),
    ages: () => loaded.lists.map((list) => ageOf(list, now())),
    problems: () => loaded.problems,
    reload() {
      // One after the other: two at once could put the older reading in force last.
      pendingReload = pendingReload
        .catch(() => undefined)
        .then(async () => {
          loaded = await loadDirectories(directories, loaded.lists);
        });
      return pendingReload;
    },
  };
}

function classify(
  lists: readonly ThreatList[],
  sought: { address: IpAddress; asn: number | undefined; at: number },
): ListClasses {
  const { address, asn, at } = sought;
  // Lists such as FireHOL level 1 name private ranges too: they would condemn every user of an intranet.
  if (address.scope === 'local') return { classes: [], staleClasses: [] };
  let fresh = 0;
  let stale = 0;
  for (const list of lists) {
    if (!isListed(list, address, asn)) continue;
    const bit = 1 << NETWORK_CLASSES.indexOf(list.class);
    if (at <= list.freshUntil) fresh |= bit;
    else stale |= bit;
  }
  return { classes: classesOf(fresh), staleClasses: classesOf(stale & ~fresh) };
}

function isListed(list: ThreatList, address: IpAddress, asn: number | undefined): boolean {
  const table = address.family === 4 ? list.ipv4 : list.ipv6;
  return findInterval(table, address.words) >= 0 || (asn !== undefined && list.asns.has(asn));
}

/** Worst first, the order of NETWORK_CLASSES. */
function classesOf(bits: number): readonly NetworkClass[] {
  return bits === 0 ? [] : NETWORK_CLASSES.filter((_, index) => (bits & (1 << index)) !== 0);
}

function ageOf(list: ThreatList, at: number): ListAge {
  const { name, class: networkClass, entries, updatedAt } = list;
  return { name, class: networkClass, entries, updatedAt, stale: at > list.freshUntil };
}

/** `live` are the lists in force: they stand in for files that are unreadable now. */
async function loadDirectories(
  directories: readonly string[],
  live: readonly ThreatList[],
): Promise<LoadedLists> {
  const lists: ThreatList[] = [];
  const problems: ListProblem[] = [];
  for (const directory of new Set(directories)) {
    const names = await namesIn(directory);
    if (names === null) {
      const kept = live.filter((list) => list.path === join(directory, list.name));
      lists.push(...kept);
      if (kept.length > 0) problems.push({ name: directory, reason: 'the directory is gone or unreadable' });
      continue;
    }
    for (const name of names) {
      const path = join(directory, name);
      const outcome = await loadOne(
        path,
        live.find((list) => list.path === path),
      );
      if (outcome.list) lists.push(outcome.list);
      if (outcome.reason !== undefined) problems.push({ name, reason: outcome.reason });
    }
  }
  return { lists, problems };
}

async function loadOne(
  path: string,
  live: ThreatList | undefined,
): Promise<{ list?: ThreatList | undefined; reason?: string }> {
  const reading = await readListFile(path, { isPackaged: isPackaged(path) });
  if (reading.kind === 'refused') return { list: live, reason: reading.reason };
  const reason = live === undefined ? null : whyCutShort(reading.list.entries, live.entries);
  return reason === null ? { list: reading.list } : { list: live, reason };
}

/** File names in order, without sidecars, hidden and temporary files; null when the directory cannot be read. */
async function namesIn(directory: string): Promise<readonly string[] | null> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && !isCompanion(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return null;
  }
}

function isCompanion(name: string): boolean {
  return name.endsWith('.meta.json') || name.endsWith('.md');
}

function isPackaged(path: string): boolean {
  const fromPackage = relative(packagedListsDirectory(), path);
  return !fromPackage.startsWith('..') && !fromPackage.startsWith('/');
}
