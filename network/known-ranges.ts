/**
 * The address ranges that databases and lists know: where a generator can draw addresses that will be found.
 * The same files as in `geoip.ts` and `threat-lists.ts`, read the other way round.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkClass } from '../domain/risk/facts';
import { loadAsnTable } from './asn-csv';
import type { GeoIpFiles } from './geoip';
import type { AddressRange, IntervalTable } from './intervals';
import { readListFile, type ThreatList } from './list-file';
import { openMmdb } from './mmdb-file';
import { packagedDatabase } from './packaged-data';

/**
 * Ranges in address order, IPv4 first. A user's own database gives every range it knows, the City database before
 * the other; the packaged ASN table those of `asns` only. May be iterated again.
 */
export async function openKnownRanges(
  files: GeoIpFiles,
  asns: ReadonlySet<number>,
): Promise<Iterable<AddressRange>> {
  const own = files.cityDb ?? files.asnDb;
  if (own !== undefined) {
    const database = await openMmdb(own);
    return { [Symbol.iterator]: () => database.ranges()[Symbol.iterator]() };
  }
  const packageName = '@ip-location-db/asn';
  const table = await loadAsnTable(
    packagedDatabase(packageName, 'asn-ipv4.csv'),
    packagedDatabase(packageName, 'asn-ipv6.csv'),
  );
  return { [Symbol.iterator]: () => table.rangesOf(asns)[Symbol.iterator]() };
}

/** The lists of a directory in the order of their names; what is no list, or a refused one, is left out. */
export async function readLists(directory: string): Promise<readonly ThreatList[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const readings = await Promise.all(
    names.sort().map((name) => readListFile(join(directory, name), { isPackaged: true })),
  );
  return readings.flatMap((reading) => (reading.kind === 'list' ? [reading.list] : []));
}

/** The address ranges of the lists of these classes, IPv4 and IPv6 of each list. */
export function listedRanges(
  lists: readonly ThreatList[],
  classes: readonly NetworkClass[],
): readonly AddressRange[] {
  return lists
    .filter((list) => classes.includes(list.class))
    .flatMap(({ ipv4, ipv6 }) => [...rangesIn(ipv4), ...rangesIn(ipv6)]);
}

function rangesIn({ width, count, starts, ends }: IntervalTable): readonly AddressRange[] {
  return Array.from({ length: count }, (_, index) => ({
    start: [...starts.subarray(index * width, (index + 1) * width)],
    end: [...ends.subarray(index * width, (index + 1) * width)],
  }));
}
