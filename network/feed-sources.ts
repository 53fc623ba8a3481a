/**
 * The official sources of threat lists (licences: docs/threat-feeds.md).
 * The file name carries the network class (list-naming.ts).
 */
export interface FeedSource {
  /** File name in the list directory, and path below THREAT_FEEDS_MIRROR. */
  readonly name: string;
  readonly url: string;
  /** Fewer entries than this are no credible list, even at a first download. */
  readonly minEntries: number;
  /** Uncompressed. */
  readonly maxBytes: number;
}

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const IPSUM = 'https://raw.githubusercontent.com/stamparm/ipsum/master/levels';
const X4BNET = 'https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output';
const SPAMHAUS = 'https://www.spamhaus.org/drop';

/** `minEntries` is about a third of what each list has held for years; `maxBytes` about ten times its size. */
export const FEED_SOURCES: readonly FeedSource[] = [
  {
    name: 'tor-exit-nodes.txt',
    url: 'https://check.torproject.org/torbulkexitlist',
    minEntries: 400,
    maxBytes: MEGABYTE,
  },
  {
    name: 'ipsum-level3.txt',
    url: `${IPSUM}/3.txt`,
    minEntries: 3_000,
    maxBytes: 4 * MEGABYTE,
  },
  {
    name: 'spamhaus-drop-v4.json',
    url: `${SPAMHAUS}/drop_v4.json`,
    minEntries: 300,
    maxBytes: 2 * MEGABYTE,
  },
  {
    name: 'spamhaus-drop-v6.json',
    url: `${SPAMHAUS}/drop_v6.json`,
    minEntries: 15,
    maxBytes: 512 * KILOBYTE,
  },
  {
    name: 'x4b-vpn-ipv4.txt',
    url: `${X4BNET}/vpn/ipv4.txt`,
    minEntries: 2_000,
    maxBytes: 4 * MEGABYTE,
  },
  {
    name: 'x4b-vpn-ipv6.txt',
    url: `${X4BNET}/vpn/ipv6.txt`,
    minEntries: 100,
    maxBytes: MEGABYTE,
  },
  {
    name: 'x4b-datacenter-ipv4.txt',
    url: `${X4BNET}/datacenter/ipv4.txt`,
    minEntries: 10_000,
    maxBytes: 8 * MEGABYTE,
  },
  {
    name: 'x4b-datacenter-ipv6.txt',
    url: `${X4BNET}/datacenter/ipv6.txt`,
    minEntries: 2_000,
    maxBytes: 4 * MEGABYTE,
  },
];

/**
 * The same files from a mirror of one's own (THREAT_FEEDS_MIRROR), for networks without internet:
 * `<mirror>/<name>`. Throws when the mirror is no http(s) URL.
 */
export function mirroredSources(sources: readonly FeedSource[], mirror: string): readonly FeedSource[] {
  const base = mirror.endsWith('/') ? mirror : `${mirror}/`;
  if (!/^https?:$/.test(URL.canParse(base) ? new URL(base).protocol : '')) {
    throw new Error('THREAT_FEEDS_MIRROR must be an http or https URL');
  }
  return sources.map((source) => ({ ...source, url: new URL(source.name, base).href }));
}
