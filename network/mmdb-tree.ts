/**
 * Walks the search tree of a MaxMind DB: which address ranges have a record at all.
 * The `maxmind` library only answers for one address; drawing addresses needs the ranges (docs/simulation.md).
 */
import type { AddressRange } from './intervals';

export interface MmdbTree {
  readonly bytes: Buffer;
  readonly nodeCount: number;
  /** Bits: 24, 28 or 32. */
  readonly recordSize: number;
  readonly ipVersion: number;
}

/** A node or record with the bits that lead to it. */
interface Branch {
  readonly record: number;
  readonly depth: number;
  readonly words: readonly number[];
}

/** Where IPv4 lies in an IPv6 tree: ::/96. */
const IPV4_DEPTH = 96;

/** Global unicast (RFC 4291), 2000::/3: the rest of the tree is IPv4 under other names, or reserved. */
const UNICAST_BITS = [0, 0, 1] as const;
const UNICAST: readonly number[] = [0x20000000, 0, 0, 0];

/** Ranges with a record in address order, IPv4 first; a range of the tree is a block (CIDR). */
export function* rangesInTree(tree: MmdbTree): Iterable<AddressRange> {
  if (tree.ipVersion === 4) {
    yield* rangesBelow(tree, { record: 0, depth: 0, words: [0] });
    return;
  }
  let ipv4 = 0;
  for (let depth = 0; depth < IPV4_DEPTH; depth += 1) ipv4 = descend(tree, ipv4, 0);
  yield* rangesBelow(tree, { record: ipv4, depth: 0, words: [0] });
  const unicast = UNICAST_BITS.reduce((record: number, bit) => descend(tree, record, bit), 0);
  yield* rangesBelow(tree, { record: unicast, depth: UNICAST_BITS.length, words: UNICAST });
}

/** One step down; below a record there is only that record. */
function descend(tree: MmdbTree, record: number, bit: 0 | 1): number {
  return record < tree.nodeCount ? nodeRecord(tree, record, bit) : record;
}

/** Depth first with a stack of its own; records equal to the node count stand for "nothing known". */
function* rangesBelow(tree: MmdbTree, root: Branch): Iterable<AddressRange> {
  const width = root.words.length;
  const stack: Branch[] = [root];
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    const { record, depth, words } = branch;
    if (record === tree.nodeCount || isAlias(branch)) continue;
    if (record > tree.nodeCount) yield { start: words, end: lastAddress(words, depth) };
    else if (depth < width * 32) {
      stack.push({ record: nodeRecord(tree, record, 1), depth: depth + 1, words: withBit(words, depth) });
      stack.push({ record: nodeRecord(tree, record, 0), depth: depth + 1, words });
    }
  }
}

/** Teredo (2001::/32) and 6to4 (2002::/16) lead back to IPv4. */
function isAlias({ depth, words }: Branch): boolean {
  const first = words.length === 4 ? (words[0] ?? 0) : 0;
  return (depth >= 32 && first === 0x20010000) || (depth >= 16 && first >>> 16 === 0x2002);
}

function withBit(words: readonly number[], depth: number): readonly number[] {
  return words.map((word, index) =>
    index === depth >>> 5 ? (word | (0x80000000 >>> (depth & 31))) >>> 0 : word,
  );
}

function lastAddress(words: readonly number[], depth: number): readonly number[] {
  return words.map((word, index) => {
    const kept = Math.min(Math.max(depth - index * 32, 0), 32);
    return kept === 32 ? word : (word | (0xffffffff >>> kept)) >>> 0;
  });
}

/** The left (0) or right (1) record of a node. */
export function nodeRecord({ bytes, recordSize }: MmdbTree, node: number, side: 0 | 1): number {
  const offset = node * (recordSize / 4);
  if (recordSize === 24) return bytes.readUIntBE(offset + side * 3, 3);
  if (recordSize === 32) return bytes.readUInt32BE(offset + side * 4);
  const shared = bytes.readUInt8(offset + 3);
  return side === 0
    ? ((shared & 0xf0) << 20) | bytes.readUIntBE(offset, 3)
    : ((shared & 0x0f) << 24) | bytes.readUIntBE(offset + 4, 3);
}
