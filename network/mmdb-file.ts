/**
 * Opens one MaxMind DB file (https://maxmind.github.io/MaxMind-DB/) and refuses what cannot be trusted.
 * A file that is cut short still answers some lookups, so its structure is checked before the first one.
 */
import { open } from 'node:fs/promises';
import { Reader, type CityResponse } from 'maxmind';
import { publicName } from '../domain/network-sources';
import { printOf } from './file-print';
import type { AddressRange } from './intervals';
import type { IpAddress } from './ip-address';
import { checkRecords } from './mmdb-check';
import { MmdbRefusedError } from './mmdb-refused';
import { rangesInTree } from './mmdb-tree';

export interface MmdbFile {
  readonly path: string;
  /** Which state of the file was read (`file-print.ts`). */
  readonly print: string;
  readonly databaseType: string;
  readonly ipVersion: number;
  /** Epoch ms, from the file's own metadata. */
  readonly builtAt: number;
  /** The decoded record, null when the file does not know the address. Throws on a damaged record. */
  readonly find: (address: IpAddress) => unknown;
  /** The ranges that have a record, in address order, IPv4 first. */
  readonly ranges: () => Iterable<AddressRange>;
  /** Visits the whole tree and hands each record to `read` once, in small steps. Throws where either is damaged. */
  readonly check: (read: (record: unknown) => void) => Iterator<void>;
}

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** The specification has the metadata in the last 128 KiB. */
const LONGEST_METADATA = 128 * 1024;
const SEPARATOR_BYTES = 16;
const GZIP_MAGIC = 0x1f8b;
/** Several times the largest that is sold; a junk file must not fill the memory. */
const LARGEST_BYTES = 1024 ** 3;

/** Reads the whole file into memory. Throws `MmdbRefusedError` when it is missing, cut short, damaged or changing. */
export async function openMmdb(path: string): Promise<MmdbFile> {
  const { bytes, print } = await readWhole(path);
  const reader = openReader(path, bytes);
  const { ipVersion, databaseType, nodeCount, recordSize, buildEpoch } = reader.metadata;
  const tree = { bytes, ipVersion, nodeCount, recordSize };
  return {
    path,
    print,
    databaseType: publicName(databaseType),
    ipVersion,
    builtAt: buildEpoch.getTime(),
    find(address) {
      // An IPv4-only tree walked with IPv6 bits answers some other network's record without an error.
      if (address.family === 6 && ipVersion !== 6) return null;
      return reader.get(address.text);
    },
    ranges: () => rangesInTree(tree),
    check: (read) => checkRecords(tree, (text) => read(reader.get(text))),
  };
}

/** Print and bytes of one and the same state of the file. */
async function readWhole(path: string): Promise<{ bytes: Buffer; print: string }> {
  const refuse = (reason: string, cause?: unknown) =>
    new MmdbRefusedError(path, { reason, cause, mayPass: true });
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw refuse('cannot be read', cause);
  });
  try {
    const before = await handle.stat();
    if (!before.isFile()) throw refuse('is no file');
    if (before.size > LARGEST_BYTES) throw new MmdbRefusedError(path, { reason: 'is too large' });
    const bytes = await handle.readFile();
    const print = printOf(await handle.stat());
    if (print !== printOf(before) || bytes.length !== before.size) throw refuse('is being written');
    return { bytes, print };
  } catch (cause) {
    throw cause instanceof MmdbRefusedError ? cause : refuse('cannot be read', cause);
  } finally {
    await handle.close();
  }
}

function openReader(path: string, bytes: Buffer): Reader<CityResponse> {
  const refuse = (reason: string, cause?: unknown) => new MmdbRefusedError(path, { reason, cause });
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === GZIP_MAGIC)
    throw refuse('is compressed: unpack it first');
  const markerOffset = offsetOfMarker(bytes);
  if (markerOffset < 0) throw refuse('is not a MaxMind DB file, or is cut short');
  const reader = construct(bytes, (cause) => refuse('has unreadable metadata', cause));
  const { searchTreeSize, ipVersion, nodeCount, databaseType, buildEpoch } = reader.metadata;
  const isPossible =
    Number.isInteger(nodeCount) &&
    nodeCount > 0 &&
    (ipVersion === 4 || ipVersion === 6) &&
    typeof databaseType === 'string' &&
    !Number.isNaN(buildEpoch.getTime());
  if (!isPossible) throw refuse('has impossible metadata');
  const dataOffset = searchTreeSize + SEPARATOR_BYTES;
  if (dataOffset > markerOffset) throw refuse('is damaged: its search tree is longer than the file');
  // Sixteen zero bytes stand between tree and data; anything else there means bytes are missing or inserted.
  if (bytes.subarray(searchTreeSize, dataOffset).some((byte) => byte !== 0)) {
    throw refuse('is damaged: its search tree does not end where it should');
  }
  return reader;
}

function offsetOfMarker(bytes: Buffer): number {
  const tail = bytes.subarray(-LONGEST_METADATA);
  const offset = tail.lastIndexOf(METADATA_MARKER);
  return offset < 0 ? -1 : bytes.length - tail.length + offset;
}

function construct(bytes: Buffer, refuse: (cause: unknown) => Error): Reader<CityResponse> {
  try {
    return new Reader<CityResponse>(bytes);
  } catch (cause) {
    throw refuse(cause);
  }
}
