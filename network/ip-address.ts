/**
 * What text is an IP address, and which network it belongs to.
 * The one place where addresses are parsed: everything else in network/ works on the result.
 * IPv4-mapped IPv6 (::ffff:a.b.c.d) is IPv4 from here on, so that one client has one address.
 */
import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';

/**
 * An address as big-endian 32-bit words: one for IPv4, four for IPv6.
 */
export type AddressWords = readonly number[];

/**
 * `public`: routed, so geography and lists apply. `local`: private, CGNAT, loopback, link-local or unique local,
 * so nothing applies. `special`: other reserved space (documentation, 6to4 …), where only lists apply.
 */
export type AddressScope = 'public' | 'local' | 'special';

export interface IpAddress {
  readonly family: 4 | 6;
  readonly words: AddressWords;
  /** Canonical text: dotted decimal, or RFC 5952 without a zone. */
  readonly text: string;
  readonly scope: AddressScope;
}

const LOCAL_RANGES: ReadonlySet<string> = new Set([
  'private',
  'carrierGradeNat',
  'loopback',
  'linkLocal',
  'uniqueLocal',
  'unspecified',
]);

/**
 * Parses one address. Strict: only four-part decimal IPv4 and RFC 4291 IPv6 are addresses;
 * `127.1`, `0x7f000001` and `010.0.0.1`, which some parsers read differently, are not.
 * A zone (`fe80::1%eth0`) names an interface of one machine and is dropped.
 */
export function parseIp(text: string): IpAddress | null {
  const parsed = parseStrictly(text);
  if (parsed === null) return null;
  const range: string = parsed.range();
  return {
    family: parsed.kind() === 'ipv4' ? 4 : 6,
    words: wordsOf(parsed),
    text: canonicalText(parsed),
    scope: range === 'unicast' ? 'public' : LOCAL_RANGES.has(range) ? 'local' : 'special',
  };
}

/** The words of an address without its scope and text (a quarter of the time): what list files are read with. */
export function parseIpWords(text: string): AddressWords | null {
  const family = isIP(text);
  if (family === 4) return [wordOfDottedQuad(text)];
  const parsed = family === 6 ? parseStrictly(text) : null;
  return parsed === null ? null : wordsOf(parsed);
}

/** The one spelling of an address under which it is compared, hashed and stored; null when it is none. */
export function canonicalIp(text: string): string | null {
  const parsed = parseStrictly(text);
  return parsed === null ? null : canonicalText(parsed);
}

/** The network an access provider usually hands out as one: /24 of IPv4, /64 of IPv6, as text; null when no address. */
export function prefixOf(ip: string): string | null {
  const parsed = parseStrictly(ip);
  if (parsed === null) return null;
  const bytes = parsed.toByteArray();
  const keptBytes = parsed.kind() === 'ipv4' ? 3 : 8;
  const network = ipaddr.fromByteArray(bytes.map((byte, index) => (index < keptBytes ? byte : 0)));
  return `${canonicalText(network)}/${keptBytes * 8}`;
}

/** An address as requests are counted by it: IPv6 by /64, for whoever has one address of it has them all. */
export function countedAs(ip: string): string {
  return ip.includes(':') ? (prefixOf(ip) ?? ip) : ip;
}

/** Whether geography can be known: globally routed unicast. Not private, CGNAT (RFC 6598), loopback or reserved. */
export function isPublicAddress(ip: string): boolean {
  return parseIp(ip)?.scope === 'public';
}

function parseStrictly(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // net.isIP is the gate: ipaddr.js alone also takes octal, hexadecimal and short IPv4 (filter bypass by spelling).
  if (isIP(text) === 0) return null;
  const percent = text.indexOf('%');
  return ipaddr.process(percent < 0 ? text : text.slice(0, percent));
}

function canonicalText(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function wordsOf(address: ipaddr.IPv4 | ipaddr.IPv6): AddressWords {
  const bytes = Buffer.from(address.toByteArray());
  return bytes.length === 4
    ? [bytes.readUInt32BE(0)]
    : [bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)];
}

function wordOfDottedQuad(text: string): number {
  let word = 0;
  let octet = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      word = word * 256 + octet;
      octet = 0;
    } else octet = octet * 10 + (code - 48);
  }
  return word * 256 + octet;
}
