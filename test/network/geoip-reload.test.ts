/** A user's databases, replaced by good ones while the product runs. */
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openGeoIp } from '../../network/geoip';
import { asn, city, JUNE, openFiles, place, seen } from './support/geo-files';
import { METADATA_MARKER } from './support/mmdb-writer';
import { useTemporaryDirectories } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const opened = async () => openFiles(await makeDirectory());

describe('a new database is in force after a reload', () => {
  test('renamed over the old one', async () => {
    const { geoIp, cityDb, asnDb, replace } = await opened();
    await replace(cityDb, city('FR'));
    await replace(asnDb, asn(2));
    expect(seen(geoIp)).toEqual(['GB', 1]);
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 2]);
    expect(geoIp.problems()).toEqual([]);
  });

  test('written into the old file', async () => {
    const { geoIp, cityDb } = await opened();
    await writeFile(cityDb, city('FR'));
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 1]);
  });

  test('by a switched symbolic link, as Kubernetes does it', async () => {
    const directory = await makeDirectory();
    for (const [version, country] of [
      ['v1', 'GB'],
      ['v2', 'FR'],
    ] as const) {
      await mkdir(join(directory, version));
      await writeFile(join(directory, version, 'city.mmdb'), city(country));
    }
    await symlink('v1', join(directory, '..data'));
    await symlink('..data/city.mmdb', join(directory, 'city.mmdb'));
    await writeFile(join(directory, 'asn.mmdb'), asn(1));
    const geoIp = await openGeoIp({
      cityDb: join(directory, 'city.mmdb'),
      asnDb: join(directory, 'asn.mmdb'),
    });
    await symlink('v2', join(directory, '..next'));
    await rename(join(directory, '..next'), join(directory, '..data'));
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 1]);
  });

  test('also when it is older: an operator may go back', async () => {
    const { geoIp, cityDb, replace } = await opened();
    await replace(cityDb, city('FR', { buildEpoch: JUNE / 1_000 - 86_400 }));
    await geoIp.reload();
    expect(seen(geoIp)).toEqual(['FR', 1]);
    expect(geoIp.sources()[0]).toEqual({
      name: 'GeoLite2-City',
      kind: 'geoip_city',
      packaged: false,
      updatedAt: JUNE - 86_400_000,
      staleAfter: JUNE + 89 * 86_400_000,
    });
  });
});

test('what a database calls itself is shown as a plain name', async () => {
  const { geoIp, cityDb, replace } = await opened();
  await replace(cityDb, city('FR', { databaseType: '/etc/<b>City' }));
  await geoIp.reload();
  expect(geoIp.sources()[0]?.name).toBe('?etc??b?City');
});

const WHOLE = city('FR');

test('a file that is being written is not looked at', async () => {
  const { geoIp, cityDb } = await opened();
  await writeFile(cityDb, WHOLE);
  await geoIp.reload(new Set([cityDb]));
  expect(seen(geoIp)).toEqual(['GB', 1]);
  expect(geoIp.problems()).toEqual([]);
});

test('a look-up meets both old databases or both new ones', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 4_000 }, (_, n) => [`50.${n >> 8}.${n & 255}.0/24`, place('FR', 1 + n / 100)]),
  );
  const large = city('FR', { records: { ...many, '81.2.69.0/24': place('FR') } });
  const { geoIp, cityDb, asnDb, replace } = await opened();
  await replace(cityDb, large);
  await replace(asnDb, asn(2));
  const met = new Set<string>();
  let isOver = false;
  const reloads = Promise.all([geoIp.reload(), geoIp.reload()]).then(() => (isOver = true));
  while (!isOver) {
    met.add(seen(geoIp).join(' '));
    await new Promise(setImmediate);
  }
  await reloads;
  met.add(seen(geoIp).join(' '));
  expect([...met]).toEqual(['GB 1', 'FR 2']);
});

test('twenty reloads keep no old database in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heldBytes = async () => {
    for (let round = 0; round < 3; round += 1) {
      collectGarbage();
      await new Promise(setImmediate);
    }
    return process.memoryUsage().arrayBuffers;
  };
  const size = 8 * 1024 * 1024;
  const metadataAt = WHOLE.lastIndexOf(METADATA_MARKER);
  const large = (country: string) => {
    const file = city(country);
    return Buffer.concat([file.subarray(0, metadataAt), Buffer.alloc(size), file.subarray(metadataAt)]);
  };
  const { geoIp, cityDb, replace } = await opened();
  const before = await heldBytes();
  for (let round = 0; round < 20; round += 1) {
    await replace(cityDb, large(round % 2 === 0 ? 'FR' : 'DE'));
    await geoIp.reload();
    expect(seen(geoIp)).toEqual([round % 2 === 0 ? 'FR' : 'DE', 1]);
  }
  expect((await heldBytes()) - before).toBeLessThan(3 * size);
});
