/**
 * Writes small MaxMind DB files (format 2.0, https://maxmind.github.io/MaxMind-DB/) for tests:
 * what a user's own GeoLite2-like database looks like, without shipping one.
 */
import { parseIp } from '../../../network/ip-address';

export type MmdbValue =
  | string
  | { readonly double: number }
  | number
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

export interface MmdbContent {
  readonly databaseType: string;
  readonly ipVersion: 4 | 6;
  /** Seconds; some day of 2026 without. */
  readonly buildEpoch?: number;
  /** Records by CIDR block; IPv4 blocks of an `ipVersion: 6` file lie under ::/96. */
  readonly records: Readonly<Record<string, MmdbValue>>;
}

/** Stands between the records and the metadata. */
export const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

type Node = [Branch, Branch];
type Branch = Node | number | null;

export function writeMmdb(content: MmdbContent): Buffer {
  const root: Node = [null, null];
  const data: Buffer[] = [];
  let dataSize = 0;
  for (const [cidr, value] of Object.entries(content.records)) {
    insert(root, bitsOf(cidr, content.ipVersion), dataSize);
    const encoded = encode(value);
    data.push(encoded);
    dataSize += encoded.length;
  }
  const nodes = flatten(root);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: content.buildEpoch ?? 1_780_000_000,
    database_type: content.databaseType,
    description: {},
    ip_version: content.ipVersion,
    languages: ['en'],
    node_count: nodes.length,
    record_size: 24,
  });
  return Buffer.concat([encodeTree(nodes), Buffer.alloc(16), ...data, METADATA_MARKER, metadata]);
}

function bitsOf(cidr: string, ipVersion: 4 | 6): number[] {
  const [text = '', length = ''] = cidr.split('/');
  const address = parseIp(text);
  if (address === null) throw new Error(`no address: ${text}`);
  const bits = address.words.flatMap((word) => [...word.toString(2).padStart(32, '0')].map(Number));
  const prefix = address.family === 4 && ipVersion === 6 ? new Array<number>(96).fill(0) : [];
  return [...prefix, ...bits.slice(0, Number(length))];
}

function insert(root: Node, bits: readonly number[], dataOffset: number): void {
  let node = root;
  bits.forEach((bit, index) => {
    const side = bit === 1 ? 1 : 0;
    if (index === bits.length - 1) {
      node[side] = dataOffset;
      return;
    }
    const next = node[side];
    const child: Node = Array.isArray(next) ? next : [null, null];
    node[side] = child;
    node = child;
  });
}

function flatten(root: Node): Node[] {
  const nodes = [root];
  for (const node of nodes) for (const branch of node) if (Array.isArray(branch)) nodes.push(branch);
  return nodes;
}

/** 24-bit records: a node's number, `node_count` for unknown, or `node_count + 16 + offset` into the data. */
function encodeTree(nodes: readonly Node[]): Buffer {
  const numbers = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach((node, index) =>
    node.forEach((branch, side) => {
      const record = Array.isArray(branch)
        ? (numbers.get(branch) ?? 0)
        : branch === null
          ? nodes.length
          : nodes.length + 16 + branch;
      tree.writeUIntBE(record, index * 6 + side * 3, 3);
    }),
  );
  return tree;
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) {
    return Buffer.concat([control(11, value.length), ...(value as MmdbValue[]).map(encode)]);
  }
  if ('double' in value && typeof value.double === 'number') {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value.double);
    return Buffer.concat([control(3, 8), bytes]);
  }
  const pairs = Object.entries(value as { [key: string]: MmdbValue });
  return Buffer.concat([
    control(7, pairs.length),
    ...pairs.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

/** Control byte; types above 7 are "extended" and stand in a second byte. Sizes up to 284 are enough here. */
function control(type: number, size: number): Buffer {
  const length = size < 29 ? size : 29;
  const head = type > 7 ? [length, type - 7] : [(type << 5) | length];
  return Buffer.from(size < 29 ? head : [...head, size - 29]);
}

/** Changes a number in the metadata of a written file. */
export function withMetadata(file: Buffer, name: string, value: number): Buffer {
  const changed = Buffer.from(file);
  changed.writeUInt32BE(value, changed.lastIndexOf(name) + name.length + 1);
  return changed;
}
