/**
 * Opens one MaxMind DB file (https://maxmind.github.io/MaxMind-DB/) and refuses what cannot be trusted.
 * A file that is cut short still answers some lookups, so its structure is checked before the first one.
 */
import { readFile } from 'node:fs/promises';
import { Reader, type CityResponse } from 'maxmind';
import type { AddressRange } from './intervals';
import type { IpAddress } from './ip-address';
import { rangesInTree } from './mmdb-tree';

export interface MmdbFile {
  readonly path: string;
  readonly databaseType: string;
  /** The decoded record, null when the file does not know the address. Throws on a damaged record. */
  readonly find: (address: IpAddress) => unknown;
  /** The ranges that have a record, in address order, IPv4 first. */
  readonly ranges: () => Iterable<AddressRange>;
}

const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const SEPARATOR_BYTES = 16;
const GZIP_MAGIC = 0x1f8b;

/** Reads the whole file into memory. Throws an error that names the file when it is missing, cut short or damaged. */
export async function openMmdb(path: string): Promise<MmdbFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new Error(`GeoIP database ${path} cannot be read`, { cause });
  });
  const reader = openReader(path, bytes);
  const { ipVersion, databaseType, nodeCount, recordSize } = reader.metadata;
  return {
    path,
    databaseType,
    find(address) {
      // An IPv4-only tree walked with IPv6 bits answers some other network's record without an error.
      if (address.family === 6 && ipVersion !== 6) return null;
      return reader.get(address.text);
    },
    ranges: () => rangesInTree({ bytes, ipVersion, nodeCount, recordSize }),
  };
}

function openReader(path: string, bytes: Buffer): Reader<CityResponse> {
  const refuse = (reason: string, cause?: unknown): Error =>
    new Error(`GeoIP database ${path} ${reason}`, { cause });
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === GZIP_MAGIC)
    throw refuse('is compressed: unpack it first');
  const markerOffset = bytes.lastIndexOf(METADATA_MARKER);
  if (markerOffset < 0) throw refuse('is not a MaxMind DB file, or is cut short');
  const reader = construct(bytes, (cause) => refuse('has unreadable metadata', cause));
  const { searchTreeSize, ipVersion, nodeCount } = reader.metadata;
  if (!(nodeCount > 0) || (ipVersion !== 4 && ipVersion !== 6)) throw refuse('has impossible metadata');
  const dataOffset = searchTreeSize + SEPARATOR_BYTES;
  if (dataOffset > markerOffset) throw refuse('is damaged: its search tree is longer than the file');
  // Sixteen zero bytes stand between tree and data; anything else there means bytes are missing or inserted.
  if (bytes.subarray(searchTreeSize, dataOffset).some((byte) => byte !== 0)) {
    throw refuse('is damaged: its search tree does not end where it should');
  }
  return reader;
}

function construct(bytes: Buffer, refuse: (cause: unknown) => Error): Reader<CityResponse> {
  try {
    return new Reader<CityResponse>(bytes);
  } catch (cause) {
    throw refuse(cause);
  }
}
