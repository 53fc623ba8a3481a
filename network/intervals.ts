/**
 * Sorted, disjoint address intervals in typed arrays, searched by halving: 16 steps for 65,000 intervals.
 * One table holds one family: addresses are `width` words long (1 for IPv4, 4 for IPv6).
 */
import type { AddressWords } from './ip-address';

/** Both ends belong to the range. */
export interface AddressRange {
  readonly start: AddressWords;
  readonly end: AddressWords;
}

export interface IntervalTable {
  readonly width: 1 | 4;
  readonly count: number;
  /** `count × width` words each; interval i starts at word `i × width`. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Orders two addresses of one family: negative, zero or positive. */
export function compareAddresses(left: AddressWords, right: AddressWords): number {
  for (let index = 0; index < left.length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Sorts and merges ranges of one family; overlapping and touching ranges become one interval. */
export function mergeRanges(width: 1 | 4, ranges: readonly AddressRange[]): IntervalTable {
  const sorted = [...ranges].sort((left, right) => compareAddresses(left.start, right.start));
  const merged: AddressRange[] = [];
  let current: AddressRange | undefined;
  for (const range of sorted) {
    if (current !== undefined && compareAddresses(range.start, successor(current.end)) <= 0) {
      if (compareAddresses(range.end, current.end) > 0) current = { start: current.start, end: range.end };
      continue;
    }
    if (current !== undefined) merged.push(current);
    current = range;
  }
  if (current !== undefined) merged.push(current);
  return toTable(width, merged);
}

/** How many different ranges there are. */
export function countDistinct(ranges: readonly AddressRange[]): number {
  const compare = (left: AddressRange, right: AddressRange) =>
    compareAddresses(left.start, right.start) || compareAddresses(left.end, right.end);
  const sorted = [...ranges].sort(compare);
  return sorted.filter((range, index) => {
    const before = sorted[index - 1];
    return before === undefined || compare(before, range) !== 0;
  }).length;
}

/** Which share of the family's addresses the intervals hold; of IPv6 addresses the global unicast ones, 2000::/3. */
export function coveredShare({ width, count, starts, ends }: IntervalTable): number {
  let covered = 0;
  for (let at = 0; at < count * width; at += width) {
    const second = width === 1 ? 0 : ((ends[at + 1] ?? 0) - (starts[at + 1] ?? 0)) / 2 ** 32;
    covered += (ends[at] ?? 0) - (starts[at] ?? 0) + second + (width === 1 ? 1 : 0);
  }
  return covered / (width === 1 ? 2 ** 32 : 2 ** 29);
}

/** Index of the interval that holds the address, or -1. The table must be of the address's family. */
export function findInterval(table: IntervalTable, address: AddressWords): number {
  if (table.width === 1) return findWord(table, address[0] ?? 0);
  let low = 0;
  let high = table.count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (compareAt(table.starts, middle * table.width, address) <= 0) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && compareAt(table.ends, high * table.width, address) >= 0 ? high : -1;
}

/** The same for IPv4, where an address is one number: without the inner loop, as most look-ups take this path. */
function findWord(table: IntervalTable, word: number): number {
  const { starts, ends } = table;
  let low = 0;
  let high = table.count - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= word) low = middle + 1;
    else high = middle - 1;
  }
  return high >= 0 && (ends[high] ?? 0) >= word ? high : -1;
}

/** Compares the stored address at a word offset with `address`. */
function compareAt(stored: Uint32Array, offset: number, address: AddressWords): number {
  for (let index = 0; index < address.length; index += 1) {
    const difference = (stored[offset + index] ?? 0) - (address[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The next address; the last one of a family is its own successor. */
function successor(address: AddressWords): AddressWords {
  const next = [...address];
  for (let index = next.length - 1; index >= 0; index -= 1) {
    const word = next[index] ?? 0;
    if (word < 0xffffffff) {
      next[index] = word + 1;
      return next;
    }
    next[index] = 0;
  }
  return address;
}

function toTable(width: 1 | 4, intervals: readonly AddressRange[]): IntervalTable {
  const starts = new Uint32Array(intervals.length * width);
  const ends = new Uint32Array(intervals.length * width);
  intervals.forEach((interval, index) => {
    starts.set(interval.start, index * width);
    ends.set(interval.end, index * width);
  });
  return { width, count: intervals.length, starts, ends };
}
