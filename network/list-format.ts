/**
 * Reads the text of a threat list: addresses, CIDR blocks, ranges, CSV, JSON lines or network numbers (ASNs).
 * Never throws on content: a line that says nothing is counted as bad, and the caller judges the share.
 */
import type { AddressRange } from './intervals';
import { compareAddresses, countDistinct } from './intervals';
import { parseIpWords, type AddressWords } from './ip-address';
import { runInSlices } from './slices';

export interface ParsedList {
  readonly ipv4: readonly AddressRange[];
  readonly ipv6: readonly AddressRange[];
  readonly asns: readonly number[];
  /** Different addresses, ranges and network numbers: a list that repeats itself is no longer for it. */
  readonly entries: number;
  /** Lines that gave nothing and are neither comment, blank, nor a leading CSV header. */
  readonly badLines: number;
}

interface ListOptions {
  readonly bareNumbersAreAsns: boolean;
}

type Entry = { readonly range: AddressRange } | { readonly asn: number };

/** Lines between two looks at the clock. */
const LINES_A_STEP = 64;

/** A list never names more than a /8 or a /16 (IPv6) at once: a slip like 0.0.0.0/0 would challenge everybody. */
const WIDEST_FIRST_WORD = { ipv4: 0xffffff, ipv6: 0xffff } as const;

/**
 * One entry a line: `a.b.c.d`, CIDR, `start-end`, `start,end,…`, `AS64500 …`, or JSON with `cidr`, `ip` or `asn`.
 * `#` and `;` start a comment; what follows the entry is ignored. With `bareNumbersAreAsns` a plain number is an
 * ASN (files named *asn*), otherwise it is a bad line.
 */
export function parseThreatList(text: string, options: ListOptions): ParsedList {
  const collector = createCollector(options);
  for (const line of text.split('\n')) collector.add(line);
  return collector.result();
}

/** The same beside sign-ins: a long list takes a tenth of a second. */
export async function parseThreatListPatiently(text: string, options: ListOptions): Promise<ParsedList> {
  const collector = createCollector(options);
  await runInSlices(addInSteps(text.split('\n'), collector.add));
  return collector.result();
}

function* addInSteps(lines: readonly string[], add: (line: string) => void): Generator<void, void> {
  for (const [index, line] of lines.entries()) {
    add(line);
    if (index % LINES_A_STEP === 0) yield;
  }
}

function createCollector(options: ListOptions): { add: (line: string) => void; result: () => ParsedList } {
  const list = { ipv4: [] as AddressRange[], ipv6: [] as AddressRange[], asns: [] as number[] };
  let badLines = 0;
  let lines = 0;
  return {
    add(rawLine) {
      const line = withoutComment(rawLine);
      if (line === '') return;
      lines += 1;
      const entry = line.startsWith('{') ? parseJsonLine(line) : parseLine(line, options.bareNumbersAreAsns);
      if (entry === 'none') lines -= 1;
      else if (entry === null) {
        if (lines === 1 && isCsvHeader(line)) lines = 0;
        else badLines += 1;
      } else if ('asn' in entry) list.asns.push(entry.asn);
      else (entry.range.start.length === 1 ? list.ipv4 : list.ipv6).push(entry.range);
    },
    result() {
      const entries = countDistinct(list.ipv4) + countDistinct(list.ipv6) + new Set(list.asns).size;
      return { ...list, entries, badLines };
    },
  };
}

function withoutComment(line: string): string {
  if (line.startsWith('{')) return line.trim();
  const comment = line.search(/[#;]/);
  return (comment < 0 ? line : line.slice(0, comment)).trim();
}

function isCsvHeader(line: string): boolean {
  return /^[a-z_" ]+(,[a-z_" ]+)+$/i.test(line);
}

function parseLine(line: string, bareNumbersAreAsns: boolean): Entry | null {
  const [first = '', second = ''] = line
    .replaceAll('"', '')
    .split(/\s*[,\s]\s*|\s*(?<=[\d:a-f])-(?=[\d:a-f])\s*/i);
  const asn = /^(?:AS)?(\d{1,10})$/i.exec(first)?.[1];
  if (asn !== undefined) {
    return bareNumbersAreAsns || /^AS/i.test(first) ? parseAsn(Number(asn)) : null;
  }
  if (first.includes('/')) return parseCidr(first);
  const start = parseIpWords(first);
  if (start === null) return null;
  return rangeEntry(start, parseIpWords(second === '-' ? lastField(line) : second) ?? start);
}

/** The end in `start - end`. */
function lastField(line: string): string {
  return /-\s*(\S+)/.exec(line)?.[1] ?? '';
}

/** Spamhaus DROP: one object a line, the last one describes the list and is no entry. */
function parseJsonLine(line: string): Entry | 'none' | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const { cidr, ip, asn, type } = value as Record<string, unknown>;
  if (type === 'metadata') return 'none';
  if (typeof cidr === 'string') return cidr.includes('/') ? parseCidr(cidr) : parseLine(cidr, false);
  if (typeof ip === 'string') return parseLine(ip, false);
  return typeof asn === 'number' ? parseAsn(asn) : null;
}

/** 32-bit and not the reserved zero (RFC 7607). */
function parseAsn(asn: number): Entry | null {
  return Number.isInteger(asn) && asn > 0 && asn <= 0xffffffff ? { asn } : null;
}

/** Host bits are cleared: some lists write 192.0.2.7/24. An IPv4-mapped block counts as the IPv4 block it is. */
function parseCidr(text: string): Entry | null {
  const [address = '', suffix = ''] = text.split('/');
  const words = parseIpWords(address);
  if (words === null || !/^\d{1,3}$/.test(suffix)) return null;
  const isMapped = words.length === 1 && address.includes(':');
  const bits = Number(suffix) - (isMapped ? 96 : 0);
  if (bits < 0 || bits > words.length * 32) return null;
  const masks = words.map((_, index) => maskOf(Math.min(Math.max(bits - index * 32, 0), 32)));
  return rangeEntry(
    words.map((word, index) => (word & (masks[index] ?? 0)) >>> 0),
    words.map((word, index) => (word | ~(masks[index] ?? 0)) >>> 0),
  );
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

function rangeEntry(start: AddressWords, end: AddressWords): Entry | null {
  if (start.length !== end.length || compareAddresses(start, end) > 0) return null;
  const widest = start.length === 1 ? WIDEST_FIRST_WORD.ipv4 : WIDEST_FIRST_WORD.ipv6;
  return (end[0] ?? 0) - (start[0] ?? 0) > widest ? null : { range: { start, end } };
}
