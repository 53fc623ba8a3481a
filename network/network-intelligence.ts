/**
 * Everything an IP address tells, behind one door: geography, network, and the lists it is on.
 * Created once, in the worker: it holds the databases in memory.
 */
import type { NetworkSource, SourceProblem } from '../domain/network-sources';
import type { NetworkFacts } from '../domain/risk/facts';
import { GEOIP_ATTRIBUTION, openGeoIp } from './geoip';
import { parseIp } from './ip-address';
import { packagedListsDirectory } from './packaged-data';
import { loadThreatLists } from './threat-lists';

export interface NetworkIntelligence {
  /** Facts of one address, IPv4-mapped IPv6 as IPv4. Text that is no address gives no facts. Throws on a damaged database. */
  readonly lookUp: (ip: string) => NetworkFacts;
  /** Every database and list in force, for health and metrics. */
  readonly sources: () => readonly NetworkSource[];
  /** Files that are not in force as they lie on disk, and why. */
  readonly problems: () => readonly SourceProblem[];
  /**
   * Reads the user's databases and the list directories again and swaps what changed; bad files keep their last good
   * version. Paths in `unsettled` are being written: they are left as they are.
   */
  readonly reload: (unsettled?: ReadonlySet<string>) => Promise<void>;
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
    sources: () => [...geoIp.sources(), ...lists.sources()],
    problems: () => [...geoIp.problems(), ...lists.problems()],
    async reload(unsettled) {
      await lists.reload(unsettled);
      await geoIp.reload(unsettled);
    },
    attribution: GEOIP_ATTRIBUTION,
  };
}
