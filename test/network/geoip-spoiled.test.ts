/** What may come to lie where a user's good database was: none of it takes its place, all of it is named. */
import { appendFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openMmdb } from '../../network/mmdb-file';
import { asn, city, JUNE, openFiles, place, seen } from './support/geo-files';
import { METADATA_MARKER, withMetadata } from './support/mmdb-writer';
import { useTemporaryDirectories } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const opened = async () => openFiles(await makeDirectory());

const WHOLE = city('FR');

describe('what cannot be trusted never takes the place of a good database', () => {
  test.each<[string, Buffer, RegExp]>([
    ['cut by half', WHOLE.subarray(0, WHOLE.length / 2), /cut short/],
    ['cut by a few bytes', WHOLE.subarray(0, WHOLE.length - 5), /metadata/],
    ['without its beginning', WHOLE.subarray(6), /damaged/],
    ['empty', Buffer.alloc(0), /not a MaxMind DB/],
    ['zero bytes', Buffer.alloc(100_000), /not a MaxMind DB/],
    ['a web page', Buffer.from('<html>Too many requests</html>'), /not a MaxMind DB/],
    ['still packed', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), /compressed/],
    ['of the other kind', asn(2), /GeoLite2-ASN database, not one for GEOIP_CITY_DB/],
    ['of a third kind', city('FR', { records: { '81.2.69.0/24': { is_anonymous: 1 } } }), /no record tells/],
    ['without a record', city('FR', { records: {} }), /no record tells/],
    [
      'for IPv4 only, after one for both',
      city('FR', { ipVersion: 4, records: { '81.2.69.0/24': place('FR') } }),
      /IPv4 only/,
    ],
    ['with IPv6 in a tree that says IPv4', withMetadata(WHOLE, 'ip_version', 4), /deeper than its addresses/],
    ['with too many nodes', withMetadata(WHOLE, 'node_count', 100_000), /damaged/],
    [
      'with a damaged record',
      city('FR', { records: { '81.2.69.0/24': place('FR'), '9.9.9.9/32': place('FR', 1e-50) } }),
      /damaged/,
    ],
    ['with a record outside the file', pointingOutside(), /points outside/],
  ])('%s', async (_, content, reason) => {
    const { geoIp, directory, cityDb, replace } = await opened();
    await replace(cityDb, content);
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['GB', 1]);
    expect(geoIp.sources()[0]).toMatchObject({ updatedAt: JUNE });
    expect(geoIp.problems()).toEqual([{ name: 'GEOIP_CITY_DB', reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(geoIp.problems())).not.toContain(directory);

    await replace(cityDb, WHOLE);
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 1]);
    expect(geoIp.problems()).toEqual([]);
  });

  test.each<[string, (path: string) => Promise<void>, RegExp]>([
    ['a file that vanished', async (path) => rm(path), /missing/],
    [
      'a directory in its place',
      async (path) => (await rm(path), await mkdir(path)),
      /no file|cannot be read/,
    ],
  ])('%s', async (_, spoil, reason) => {
    const { geoIp, directory, cityDb, replace } = await opened();
    await spoil(cityDb);
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['GB', 1]);
    expect(geoIp.problems()).toEqual([{ name: 'GEOIP_CITY_DB', reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(geoIp.problems())).not.toContain(directory);
    await rm(cityDb, { recursive: true, force: true });
    await replace(cityDb, WHOLE);
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 1]);
    expect(geoIp.problems()).toEqual([]);
  });

  test('and keeps no good one beside it from coming into force', async () => {
    const { geoIp, cityDb, asnDb, replace } = await opened();
    await replace(cityDb, Buffer.from('junk'));
    await replace(asnDb, asn(2));
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['GB', 2]);
    expect(geoIp.problems()).toMatchObject([{ name: 'GEOIP_CITY_DB' }]);
  });

  test('until the file in force is put back', async () => {
    const { geoIp, cityDb } = await opened();
    await rename(cityDb, `${cityDb}.kept`);
    await geoIp.reload();
    expect(geoIp.problems()).toHaveLength(1);
    await rename(`${cityDb}.kept`, cityDb);
    await geoIp.reload();
    expect(geoIp.problems()).toEqual([]);
    expect(seen(geoIp)).toEqual(['GB', 1]);
  });
});

/** Its only record lies behind the end. */
function pointingOutside(): Buffer {
  const file = Buffer.from(city('FR', { records: { '128.0.0.0/1': place('FR') } }));
  const nodes = file.readUInt32BE(file.lastIndexOf('node_count') + 'node_count'.length + 1);
  for (let at = 0; at < nodes * 6; at += 3)
    if (file.readUIntBE(at, 3) > nodes) file.writeUIntBE(0xfffff0, at, 3);
  return file;
}

test('a file that changes while it is read is refused, and may be tried again', async () => {
  const path = join(await makeDirectory(), 'city.mmdb');
  const at = WHOLE.lastIndexOf(METADATA_MARKER);
  await writeFile(path, Buffer.concat([WHOLE.subarray(0, at), Buffer.alloc(16_000_000), WHOLE.subarray(at)]));
  let isOver = false;
  const opening = openMmdb(path).finally(() => (isOver = true));
  const refusal = expect(opening).rejects.toMatchObject({ reason: 'is being written', mayPass: true });
  while (!isOver) {
    appendFileSync(path, 'x');
    await new Promise(setImmediate);
  }
  await refusal;
});
