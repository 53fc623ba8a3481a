/**
 * The threat lists in force: which network classes an address or a network number belongs to.
 * A reload replaces all lists at once, and a list that went bad keeps its last good version: whoever can
 * disturb a download or a disk must not be able to make attackers look clean.
 */
import { publicName, type NetworkSource, type SourceProblem } from '../domain/network-sources';
import { NETWORK_CLASSES, type NetworkClass, type NetworkFacts } from '../domain/risk/facts';
import { findInterval } from './intervals';
import type { IpAddress } from './ip-address';
import { loadDirectories, NO_LISTS } from './list-directories';
import type { ThreatList } from './list-file';

export interface ThreatLists {
  readonly classify: (address: IpAddress, asn: number | undefined) => ListClasses;
  readonly sources: () => readonly NetworkSource[];
  /** Files that are not in force as they lie on disk; the last good version of each is, if there was one. */
  readonly problems: () => readonly SourceProblem[];
  /** Reads the directories again and swaps all lists at once; files in `unsettled` stay as they are. */
  readonly reload: (unsettled?: ReadonlySet<string>) => Promise<void>;
}

export type ListClasses = Pick<NetworkFacts, 'classes' | 'staleClasses'>;

/** Loads every list of the directories; a missing directory holds none. `now` in epoch ms. Never throws on content. */
export async function loadThreatLists(options: {
  directories: readonly string[];
  now: () => number;
}): Promise<ThreatLists> {
  const { directories, now } = options;
  let loaded = await loadDirectories(directories, { live: NO_LISTS, unsettled: new Set() });
  let pendingReload = Promise.resolve();
  return {
    classify: (address, asn) => classify(loaded.lists, { address, asn, at: now() }),
    sources: () => loaded.lists.map(sourceOf),
    problems: () => loaded.problems.map(({ name, reason }) => ({ name, reason })),
    reload(unsettled = new Set()) {
      // One after the other: two at once could put the older reading in force last.
      pendingReload = pendingReload
        .catch(() => undefined)
        .then(async () => {
          loaded = await loadDirectories(directories, { live: loaded, unsettled });
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

function sourceOf({ name, class: kind, entries, updatedAt, freshUntil }: ThreatList): NetworkSource {
  const packaged = freshUntil === Infinity;
  return {
    name: publicName(name),
    kind,
    packaged,
    entries,
    updatedAt,
    staleAfter: packaged ? null : freshUntil,
  };
}
