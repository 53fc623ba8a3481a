/**
 * Where an address is and who announces it. By default from the packaged DB-IP City files and ASN table
 * (CC BY 4.0), or from a user's own MaxMind databases, which may be replaced while it runs: a file that cannot be
 * trusted never takes the place of a good one. Never guesses: what the data do not say is absent.
 * Holds about 150 MB, so only the worker opens it.
 */
import type { NetworkSource, SourceProblem } from '../domain/network-sources';
import { readPrint } from './file-print';
import {
  openPackagedAsn,
  openPackagedCity,
  openUserAsn,
  openUserCity,
  type Database,
  type Opening,
} from './geoip-database';
import type { IpAddress } from './ip-address';
import { MmdbRefusedError } from './mmdb-refused';
import type { AutonomousSystem, Place } from './place-record';

/** Must be shown, as a link, wherever results of the packaged databases are shown (CC BY 4.0, DB-IP's terms). */
export const GEOIP_ATTRIBUTION = { text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' } as const;

export interface GeoIp {
  /** Throws on a damaged record. Local and reserved addresses have no geography: an empty answer. */
  readonly lookUp: (address: IpAddress) => Place & AutonomousSystem;
  readonly sources: () => readonly NetworkSource[];
  /** Files of the user's that are not in force as they lie on disk; what was in force before still is. */
  readonly problems: () => readonly SourceProblem[];
  /** Opens the user's files again where they changed, but for those of `unsettled`, and puts them in force together. */
  readonly reload: (unsettled?: ReadonlySet<string>) => Promise<void>;
}

/** Paths of a user's GeoLite2/GeoIP2-compatible files (GEOIP_CITY_DB, GEOIP_ASN_DB); the packaged data without. */
export interface GeoIpFiles {
  readonly cityDb?: string | undefined;
  readonly asnDb?: string | undefined;
}

/** The database in force, and what was last refused in its place. */
interface Seat<Answer> {
  readonly setting: string;
  readonly path: string | undefined;
  readonly open: (opening: Opening) => Promise<Database<Answer>>;
  readonly database: Database<Answer>;
  readonly refused?: { readonly print: string | undefined; readonly reason: string };
}

/** Loads both databases into memory. Throws, naming the file, when one is missing, damaged or of another kind. */
export async function openGeoIp({ cityDb, asnDb }: GeoIpFiles = {}): Promise<GeoIp> {
  const [cityDatabase, asnDatabase] = await Promise.all([
    cityDb ? openUserCity({ path: cityDb, patiently: false }) : openPackagedCity(),
    asnDb ? openUserAsn({ path: asnDb, patiently: false }) : openPackagedAsn(),
  ]);
  let city: Seat<Place> = {
    setting: 'GEOIP_CITY_DB',
    path: cityDb,
    open: openUserCity,
    database: cityDatabase,
  };
  let asn: Seat<AutonomousSystem> = {
    ...{ setting: 'GEOIP_ASN_DB', path: asnDb },
    ...{ open: openUserAsn, database: asnDatabase },
  };
  let pending = Promise.resolve();
  const renewBoth = async (unsettled: ReadonlySet<string>) => {
    const newCity = await renewed(city, unsettled);
    const newAsn = await renewed(asn, unsettled);
    // Together, with nothing awaited in between: a look-up meets both old or both new.
    [city, asn] = [newCity, newAsn];
  };
  return {
    lookUp: (address) =>
      address.scope === 'public' ? { ...city.database.find(address), ...asn.database.find(address) } : {},
    sources: () => [city.database.source, asn.database.source],
    problems: () => [city, asn].flatMap(problemOf),
    reload(unsettled = new Set()) {
      // One after the other: at most two generations are in memory.
      pending = pending.catch(() => undefined).then(() => renewBoth(unsettled));
      return pending;
    },
  };
}

function problemOf({ setting, refused }: Seat<unknown>): readonly SourceProblem[] {
  return refused === undefined ? [] : [{ name: setting, reason: refused.reason }];
}

/** The seat with the file's new content if it can be trusted, else as it was, with the reason. */
async function renewed<Answer>(seat: Seat<Answer>, unsettled: ReadonlySet<string>): Promise<Seat<Answer>> {
  const { refused, ...unrefused } = seat;
  const { path, database } = seat;
  if (path === undefined || unsettled.has(path)) return seat;
  const print = await readPrint(path);
  if (print === undefined) return { ...seat, refused: { print, reason: 'is missing or cannot be read' } };
  if (print === database.print) return unrefused;
  if (print === refused?.print) return seat;
  try {
    const successor = await seat.open({ path, patiently: true });
    const reason = 'knows IPv4 only, the one in force IPv6 too';
    if (database.knowsIpv6 && !successor.knowsIpv6) throw new MmdbRefusedError(path, { reason });
    return { ...unrefused, database: successor };
  } catch (error) {
    if (!(error instanceof MmdbRefusedError)) throw error;
    // Without a print it is tried again at the next reload, else only when the file has changed.
    return { ...seat, refused: { print: error.mayPass ? undefined : print, reason: error.reason } };
  }
}
