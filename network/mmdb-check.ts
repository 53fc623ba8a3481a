/**
 * Looks at every node of a MaxMind DB's search tree, and at every record once: what a sign-in could meet in the file
 * is met before it is in force. Goes in steps, since a large database takes seconds (`slices.ts`).
 */
import { nodeRecord, type MmdbTree } from './mmdb-tree';

/** Nodes or records between two steps. */
const NODES_A_STEP = 512;
const RECORDS_A_STEP = 32;

/** Node numbers and, at the same place, their depth: what is still to be visited. */
interface Pending {
  readonly nodes: Uint32Array;
  readonly depths: Uint8Array;
  size: number;
}

/**
 * Hands `read` one address of every record, in the text form of the tree's family. Throws when the tree is deeper than
 * its addresses are long, points outside the file, or `read` throws.
 */
export function* checkRecords(tree: MmdbTree, read: (address: string) => void): Generator<void, void> {
  const bits = tree.ipVersion === 6 ? 128 : 32;
  const dataSize = tree.bytes.length - (tree.nodeCount * tree.recordSize) / 4;
  // Aliases lead to a node twice: with the marks each is visited once, and a circle ends.
  const seenNodes = new Uint8Array(tree.nodeCount);
  const seenRecords = new Uint8Array(dataSize);
  const path = new Uint8Array(bits);
  const pending: Pending = { nodes: new Uint32Array(bits + 2), depths: new Uint8Array(bits + 2), size: 1 };
  let work = 0;
  while (pending.size > 0) {
    pending.size -= 1;
    const sided = pending.nodes[pending.size] ?? 0;
    const depth = pending.depths[pending.size] ?? 0;
    const side = sided % 2 === 1 ? 1 : 0;
    const record = depth === 0 ? 0 : nodeRecord(tree, sided >>> 1, side);
    if (depth > 0) path[depth - 1] = side;
    if (record < tree.nodeCount) {
      if (depth >= bits) throw new Error('its search tree is deeper than its addresses are long');
      if (seenNodes[record] === 1) continue;
      seenNodes[record] = 1;
      push(pending, record * 2 + 1, depth + 1);
      push(pending, record * 2, depth + 1);
      work += 1 / NODES_A_STEP;
    } else if (record > tree.nodeCount) {
      const offset = record - tree.nodeCount;
      if (offset >= dataSize) throw new Error('its search tree points outside the file');
      if (seenRecords[offset] === 1) continue;
      seenRecords[offset] = 1;
      read(addressText(path, depth));
      work += 1 / RECORDS_A_STEP;
    }
    if (work >= 1) {
      work = 0;
      yield;
    }
  }
}

/** `sided` is a node's number twice, plus one for its right side. */
function push(pending: Pending, sided: number, depth: number): void {
  pending.nodes[pending.size] = sided;
  pending.depths[pending.size] = depth;
  pending.size += 1;
}

/** The first address below the path. */
function addressText(path: Uint8Array, depth: number): string {
  const bitsAGroup = path.length === 32 ? 8 : 16;
  const groups: string[] = [];
  for (let from = 0; from < path.length; from += bitsAGroup) {
    let group = 0;
    for (let bit = from; bit < from + bitsAGroup; bit += 1) {
      group = group * 2 + (bit < depth ? (path[bit] ?? 0) : 0);
    }
    groups.push(group.toString(path.length === 32 ? 10 : 16));
  }
  return groups.join(path.length === 32 ? '.' : ':');
}
