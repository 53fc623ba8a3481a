/**
 * One file out of a zip archive (a Python wheel is one), with Node's zlib alone. Owns: reading the central
 * directory (APPNOTE.TXT §4.3.12). Must never: write anything, or follow names inside the archive.
 */
import { inflateRaw } from 'node:zlib';
import { promisify } from 'node:util';

const END_RECORD = 0x06054b50;
const CENTRAL_RECORD = 0x02014b50;
const LOCAL_RECORD = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

function findEndRecord(zip) {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 65_557); at -= 1) {
    if (zip.readUInt32LE(at) === END_RECORD) return at;
  }
  throw new Error('not a zip archive');
}

/** Every entry of the archive: name, method, sizes and where its local header is. */
function* entries(zip) {
  const end = findEndRecord(zip);
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== CENTRAL_RECORD) throw new Error('damaged zip archive');
    const nameLength = zip.readUInt16LE(at + 28);
    yield {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      method: zip.readUInt16LE(at + 10),
      packedBytes: zip.readUInt32LE(at + 20),
      bytes: zip.readUInt32LE(at + 24),
      localHeaderAt: zip.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

/**
 * The content of the first entry whose name matches.
 * @param {Buffer} zip
 * @param {RegExp} pattern
 * @returns {Promise<Buffer>}
 */
export async function readZipEntry(zip, pattern) {
  for (const entry of entries(zip)) {
    if (!pattern.test(entry.name)) continue;
    const at = entry.localHeaderAt;
    if (zip.readUInt32LE(at) !== LOCAL_RECORD) throw new Error('damaged zip archive');
    const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
    const packed = zip.subarray(start, start + entry.packedBytes);
    if (entry.method === STORED) return packed;
    if (entry.method !== DEFLATED) throw new Error(`${entry.name}: packed by an unknown method`);
    return promisify(inflateRaw)(packed, { maxOutputLength: entry.bytes });
  }
  throw new Error(`the archive has no entry like ${pattern}`);
}
