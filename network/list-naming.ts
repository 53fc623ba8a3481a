/**
 * What a list file is, told by its name (docs/threat-feeds.md), and for how long its content may score.
 */
import type { NetworkClass } from '../domain/risk/facts';

export interface ListNaming {
  readonly class: NetworkClass;
  /** `*asn*`: plain numbers in it are network numbers. */
  readonly bareNumbersAreAsns: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * How old a list may be and still score, ms. Tor exits come and go within hours, listed attackers within days;
 * who owns an address block changes over months.
 */
export const MAX_LIST_AGE_MS: Readonly<Record<NetworkClass, number>> = {
  tor_exit: 72 * HOUR_MS,
  threat_intel: 7 * 24 * HOUR_MS,
  vpn: 30 * 24 * HOUR_MS,
  hosting: 30 * 24 * HOUR_MS,
};

const LIST_EXTENSION = /\.(txt|csv|lst|list|netset|ipset|json|ips|cidr)$/;

/** First match wins. `tor` must stand alone as a word: `storage.txt` and `monitor.csv` are no Tor lists. */
const CLASS_BY_NAME: readonly (readonly [RegExp, NetworkClass])[] = [
  [/(^|[^a-z])tor([^a-z]|$)|torbulkexit|torexit|tornode/, 'tor_exit'],
  [/vpn/, 'vpn'],
  [/datacenter|datacentre|hosting|ipcat|(^|[^a-z])cloud/, 'hosting'],
  [
    /ipsum|firehol|spamhaus|(^|[^a-z])(asn?)?drop|threat|intel|block-?list|black-?list|abuse|attack|malicious/,
    'threat_intel',
  ],
];

/**
 * Null when the name says nothing, or names an IPsum file below level 3: addresses on one or two blacklists only,
 * too many of them innocent.
 */
export function classifyListName(fileName: string): ListNaming | null {
  const name = fileName.toLowerCase();
  if (name.startsWith('.') || name.endsWith('.meta.json') || !LIST_EXTENSION.test(name)) return null;
  if (name.includes('ipsum') && !/level[-_]?[3-9]/.test(name)) return null;
  const match = CLASS_BY_NAME.find(([pattern]) => pattern.test(name));
  return match ? { class: match[1], bareNumbersAreAsns: name.includes('asn') } : null;
}
