/**
 * The packaged ASN table: `start,end,asn,"organisation"` lines in address order, 515,000 in two files.
 * Read byte by byte into typed arrays: splitting into strings would cost seconds and hundreds of megabytes.
 */
import { readFile } from 'node:fs/promises';
import { findInterval, type AddressRange, type IntervalTable } from './intervals';
import type { IpAddress } from './ip-address';
import type { AutonomousSystem } from './place-record';

export interface AsnTable {
  readonly find: (address: IpAddress) => AutonomousSystem;
  /** The address ranges of these networks in address order, IPv4 first. */
  readonly rangesOf: (asns: ReadonlySet<number>) => Iterable<AddressRange>;
}

interface FamilyTable {
  readonly intervals: IntervalTable;
  readonly asns: Uint32Array;
}

/** A place in the file. Reading moves `offset` on. */
interface Cursor {
  readonly bytes: Buffer;
  offset: number;
}

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const COLON = 58;

/** Loads both families. Throws, naming file and line, when a line is malformed or out of order. */
export async function loadAsnTable(ipv4Path: string, ipv6Path: string): Promise<AsnTable> {
  const organisations = new Map<number, string>();
  const ipv4 = parseFamily(await readFile(ipv4Path), { path: ipv4Path, width: 1, organisations });
  const ipv6 = parseFamily(await readFile(ipv6Path), { path: ipv6Path, width: 4, organisations });
  return {
    find(address) {
      const table = address.family === 4 ? ipv4 : ipv6;
      const asn = table.asns[findInterval(table.intervals, address.words)];
      if (asn === undefined || asn === 0) return {};
      const asOrganization = organisations.get(asn);
      return asOrganization === undefined ? { asn } : { asn, asOrganization };
    },
    *rangesOf(wanted) {
      yield* rangesIn(ipv4, wanted);
      yield* rangesIn(ipv6, wanted);
    },
  };
}

function* rangesIn(table: FamilyTable, wanted: ReadonlySet<number>): Iterable<AddressRange> {
  const { width, starts, ends } = table.intervals;
  for (const [line, asn] of table.asns.entries()) {
    if (!wanted.has(asn)) continue;
    const [from, to] = [line * width, (line + 1) * width];
    yield { start: [...starts.subarray(from, to)], end: [...ends.subarray(from, to)] };
  }
}

function parseFamily(
  bytes: Buffer,
  file: { path: string; width: 1 | 4; organisations: Map<number, string> },
): FamilyTable {
  const count = countLines(bytes);
  if (count === 0) throw new Error(`ASN table ${file.path} is empty`);
  const { width } = file;
  const starts = new Uint32Array(count * width);
  const ends = new Uint32Array(count * width);
  const asns = new Uint32Array(count);
  const readAddress = width === 1 ? readIpv4 : readIpv6;
  const cursor: Cursor = { bytes, offset: 0 };
  for (let line = 0; line < count; line += 1) {
    const isRead = readAddress(cursor, starts, line) && readAddress(cursor, ends, line);
    const asn = isRead ? readNumber(cursor) : -1;
    // Starts ascend; an end may reach into the next line (it does once, upstream): the later line then wins.
    const isOrdered = line === 0 || isBefore(starts, line - 1, { words: starts, index: line, width });
    if (asn < 0 || !isOrdered || isBefore(ends, line, { words: starts, index: line, width })) {
      throw new Error(`ASN table ${file.path} is damaged at line ${line + 1}`);
    }
    asns[line] = asn;
    const name = readRestOfLine(cursor, !file.organisations.has(asn));
    if (name !== '') file.organisations.set(asn, name);
  }
  return { intervals: { width, count, starts, ends }, asns };
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] === NEWLINE) count += 1;
  return bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE ? count + 1 : count;
}

/** Dotted decimal up to and including the comma; false when it is none. */
function readIpv4(cursor: Cursor, into: Uint32Array, index: number): boolean {
  let word = 0;
  let octet = 0;
  let dots = 0;
  for (; ; cursor.offset += 1) {
    const byte = cursor.bytes[cursor.offset] ?? NEWLINE;
    if (byte >= 48 && byte <= 57) octet = octet * 10 + byte - 48;
    else {
      if (octet > 255) return false;
      word = word * 256 + octet;
      octet = 0;
      if (byte === COMMA) break;
      if (byte !== DOT) return false;
      dots += 1;
    }
  }
  cursor.offset += 1;
  into[index] = word;
  return dots === 3;
}

/** RFC 4291 hexadecimal groups, at most one `::`, up to and including the comma; false when it is none. */
function readIpv6(cursor: Cursor, into: Uint32Array, index: number): boolean {
  const groups: number[] = [];
  let gapAt = -1;
  let group = -1;
  for (; ; cursor.offset += 1) {
    const byte = cursor.bytes[cursor.offset] ?? NEWLINE;
    const digit = hexDigit(byte);
    if (digit >= 0) group = Math.max(group, 0) * 16 + digit;
    else if (byte === COLON || byte === COMMA) {
      if (group >= 0) groups.push(group);
      else if (byte === COLON && groups.length > 0) gapAt = groups.length;
      else if (byte === COLON && cursor.bytes[cursor.offset + 1] === COLON) gapAt = 0;
      group = -1;
      if (byte === COMMA) break;
    } else return false;
  }
  cursor.offset += 1;
  const missing = 8 - groups.length;
  if (missing < 0 || missing > 0 !== gapAt >= 0 || groups.some((value) => value > 0xffff)) return false;
  if (missing > 0) groups.splice(gapAt, 0, ...new Array<number>(missing).fill(0));
  for (let word = 0; word < 4; word += 1) {
    into[index * 4 + word] = (groups[word * 2] ?? 0) * 0x10000 + (groups[word * 2 + 1] ?? 0);
  }
  return true;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Decimal digits up to and including the comma; -1 when there are none. */
function readNumber(cursor: Cursor): number {
  let value = 0;
  const start = cursor.offset;
  for (; ; cursor.offset += 1) {
    const byte = cursor.bytes[cursor.offset] ?? NEWLINE;
    if (byte === COMMA) break;
    if (byte < 48 || byte > 57) return -1;
    value = value * 10 + byte - 48;
  }
  cursor.offset += 1;
  return cursor.offset - 1 > start ? value : -1;
}

/** Moves behind the line; its text without CSV quotes when `isWanted`, else ''. */
function readRestOfLine(cursor: Cursor, isWanted: boolean): string {
  const { bytes } = cursor;
  const start = cursor.offset;
  let end = start;
  while (end < bytes.length && bytes[end] !== NEWLINE) end += 1;
  cursor.offset = end + 1;
  if (!isWanted) return '';
  const text = bytes.toString('utf8', start, end).trim();
  return bytes[start] === QUOTE ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/** Whether address `index` of `words` lies below address `other.index` of the other array. */
function isBefore(
  words: Uint32Array,
  index: number,
  other: { words: Uint32Array; index: number; width: number },
): boolean {
  for (let word = 0; word < other.width; word += 1) {
    const left = words[index * other.width + word] ?? 0;
    const right = other.words[other.index * other.width + word] ?? 0;
    if (left !== right) return left < right;
  }
  return false;
}
