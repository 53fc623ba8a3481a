/**
 * Everything an IP address tells, behind one door: geography, network, and the lists it is on.
 * Created once, in the worker: it holds the databases in memory.
 */
import type { NetworkFacts } from '../domain/risk/facts';
import { GEOIP_ATTRIBUTION, openGeoIp } from './geoip';
import { parseIp } from './ip-address';
import { packagedListsDirectory } from './packaged-data';
import { loadThreatLists, type ListAge, type ListProblem } from './threat-lists';

export interface NetworkIntelligence {
  /** Facts of one address, IPv4-mapped IPv6 as IPv4. Text that is no address gives no facts. Throws on a damaged database. */
  readonly lookUp: (ip: string) => NetworkFacts;
  /** Every list in force, for health and metrics. */
  readonly ages: () => readonly ListAge[];
  /** List files that are not in force as they lie on disk, and why. */
  readonly problems: () => readonly ListProblem[];
  /** Reads the list directories again and swaps all lists at once; bad files keep their last good version. */
  readonly reload: () => Promise<void>;
  /** To be shown, as a link, where results are shown. */
  readonly attribution: { readonly text: string; readonly url: string };
}

export interface NetworkIntelligenceOptions {
  /** GEOIP_CITY_DB and GEOIP_ASN_DB; the packaged databases without. */
  readonly cityDb?: string | undefined;
  readonly asnDb?: string | undefined;
  /** Directories of list files, besides the packaged ASN lists. A missing one holds no lists. */
  readonly threatDirs: readonly string[];
  /** Epoch ms. */
  readonly now: () => number;
}

/** Loads databases and lists (about a second, 150 MB). Throws when a database is missing or damaged, never for a list. */
export async function createNetworkIntelligence(
  options: NetworkIntelligenceOptions,
): Promise<NetworkIntelligence> {
  const { cityDb, asnDb, threatDirs, now } = options;
  const [geoIp, lists] = await Promise.all([
    openGeoIp({ cityDb, asnDb }),
    loadThreatLists({ directories: [packagedListsDirectory(), ...threatDirs], now }),
  ]);
  return {
    lookUp(ip) {
      const address = parseIp(ip);
      if (address === null) return { classes: [], staleClasses: [] };
      const geography = geoIp.lookUp(address);
      return { ...geography, ...lists.classify(address, geography.asn) };
    },
    ages: lists.ages,
    problems: lists.problems,
    reload: lists.reload,
    attribution: GEOIP_ATTRIBUTION,
  };
}
