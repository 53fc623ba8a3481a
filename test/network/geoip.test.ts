import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGeoIp, type GeoIp } from '../../network/geoip';
import { parseIp, type IpAddress } from '../../network/ip-address';
import { withMetadata, writeMmdb, type MmdbContent, type MmdbValue } from './support/mmdb-writer';
import { useTemporaryDirectories } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();

function address(text: string): IpAddress {
  const parsed = parseIp(text);
  if (parsed === null) throw new Error(`no address: ${text}`);
  return parsed;
}

async function save(bytes: Buffer): Promise<string> {
  const path = join(await makeDirectory(), 'test.mmdb');
  await writeFile(path, bytes);
  return path;
}

const LONDON: MmdbValue = {
  city: { names: { de: 'London (de)', en: 'London' } },
  country: { iso_code: 'GB' },
  location: { accuracy_radius: 10, latitude: { double: 51.5142 }, longitude: { double: -0.0931 } },
  subdivisions: [{ iso_code: 'ENG', names: { en: 'England' } }],
};
const TOKYO: MmdbValue = {
  city: { names: { en: 'Tokyo' } },
  country: { iso_code: 'JP' },
  location: { latitude: { double: 35.68 }, longitude: { double: 139.69 } },
};
const CITY: MmdbContent = {
  databaseType: 'GeoLite2-City',
  ipVersion: 6,
  records: { '81.2.69.0/24': LONDON, '2a02:1::/32': TOKYO },
};
const ASN: MmdbContent = {
  databaseType: 'GeoLite2-ASN',
  ipVersion: 6,
  records: {
    '81.2.69.0/24': { autonomous_system_number: 20712, autonomous_system_organization: 'Andrews & Arnold' },
  },
};

describe('the packaged databases', () => {
  let geoIp: GeoIp;
  beforeAll(async () => {
    geoIp = await openGeoIp();
  });

  test('place and announce a well-known IPv4 address', () => {
    expect(geoIp.lookUp(address('8.8.8.8'))).toMatchObject({
      country: 'US',
      asn: 15169,
      coordinates: { radiusKm: 50 },
    });
  });

  test('look an IPv6 address up among IPv6 addresses', () => {
    expect(geoIp.lookUp(address('2a01:4f8::1'))).toMatchObject({ country: 'DE', asn: 24940 });
    expect(geoIp.lookUp(address('2001:200::1'))).toMatchObject({ country: 'JP', asn: 2500 });
  });

  test('answer an IPv4-mapped IPv6 address as the IPv4 address it is', () => {
    expect(geoIp.lookUp(address('::ffff:8.8.8.8'))).toEqual(geoIp.lookUp(address('8.8.8.8')));
  });

  test.each(['10.0.0.1', '100.64.0.1', '127.0.0.1', '::1', 'fd00::1', 'fe80::1', '192.0.2.1', '2001:db8::1'])(
    'know nothing of %s, which is routed nowhere',
    (ip) => {
      expect(geoIp.lookUp(address(ip))).toEqual({});
    },
  );
});

test('the packaged databases say how old they are, and old ones that they are stale', async () => {
  const sources = (await openGeoIp()).sources();
  expect(sources.map(({ name, kind, packaged }) => ({ name, kind, packaged }))).toEqual([
    { name: 'dbip-city', kind: 'geoip_city', packaged: true },
    { name: 'ip-location-db-asn', kind: 'geoip_asn', packaged: true },
  ]);
  for (const { updatedAt, staleAfter } of sources) {
    expect(updatedAt).toBeGreaterThan(Date.parse('2024-01-01'));
    expect(updatedAt).toBeLessThan(Date.now());
    expect(staleAfter).toBe(updatedAt + 90 * 86_400_000);
  }
});

describe("a user's databases", () => {
  test('are read in the nested schema with their own radius, from one file for both families', async () => {
    const geoIp = await openGeoIp({
      cityDb: await save(writeMmdb(CITY)),
      asnDb: await save(writeMmdb(ASN)),
    });
    expect(geoIp.lookUp(address('81.2.69.142'))).toEqual({
      country: 'GB',
      region: 'England',
      city: 'London',
      coordinates: { latitude: 51.5142, longitude: -0.0931, radiusKm: 10 },
      asn: 20712,
      asOrganization: 'Andrews & Arnold',
    });
    expect(geoIp.lookUp(address('2a02:1::9'))).toEqual({
      country: 'JP',
      city: 'Tokyo',
      coordinates: { latitude: 35.68, longitude: 139.69, radiusKm: 50 },
    });
    expect(geoIp.lookUp(address('1.1.1.1'))).toEqual({});
  });

  test('never answer an IPv6 address from an IPv4-only file', async () => {
    const everywhere = { '0.0.0.0/1': LONDON, '128.0.0.0/1': LONDON };
    const cityDb = await save(writeMmdb({ ...CITY, ipVersion: 4, records: everywhere }));
    const geoIp = await openGeoIp({ cityDb, asnDb: await save(writeMmdb(ASN)) });
    expect(geoIp.lookUp(address('9.9.9.9'))).toMatchObject({ country: 'GB' });
    expect(geoIp.lookUp(address('2620:fe::fe'))).toEqual({});
  });

  test('may have the flat schema too', async () => {
    const flat = {
      country_code: 'FR',
      state1: '',
      city: 'Paris',
      latitude: { double: 48.85 },
      longitude: { double: 2.35 },
    };
    const cityDb = await save(
      writeMmdb({ ...CITY, databaseType: 'city', records: { '81.2.69.0/24': flat } }),
    );
    const geoIp = await openGeoIp({ cityDb, asnDb: await save(writeMmdb(ASN)) });
    expect(geoIp.lookUp(address('81.2.69.1'))).toMatchObject({
      country: 'FR',
      city: 'Paris',
      coordinates: { latitude: 48.85, longitude: 2.35, radiusKm: 50 },
    });
    expect(geoIp.lookUp(address('81.2.69.1'))).not.toHaveProperty('region');
  });

  test('with 0,0 for unknown give no coordinates', async () => {
    const nowhere = {
      country: { iso_code: 'US' },
      location: { latitude: { double: 0 }, longitude: { double: 0 } },
    };
    const cityDb = await save(writeMmdb({ ...CITY, records: { '81.2.69.0/24': nowhere } }));
    const geoIp = await openGeoIp({ cityDb, asnDb: await save(writeMmdb(ASN)) });
    expect(geoIp.lookUp(address('81.2.69.1'))).toEqual({
      country: 'US',
      asn: 20712,
      asOrganization: 'Andrews & Arnold',
    });
  });
});

describe('a database that cannot be trusted is refused at start, by name', () => {
  const whole = writeMmdb(CITY);
  const nowhere = { location: { latitude: { double: 1.8e-52 }, longitude: { double: 5e-91 } } };

  test.each([
    ['cut short', whole.subarray(0, whole.length - 200), /cut short/],
    ['missing its middle', Buffer.concat([whole.subarray(0, 60), whole.subarray(200)]), /damaged/],
    ['claiming more nodes than it has', withMetadata(whole, 'node_count', 100_000), /damaged/],
    [
      'with IPv6 in what it calls an IPv4 tree',
      withMetadata(whole, 'ip_version', 4),
      /deeper than its addresses/,
    ],
    [
      'with impossible coordinates in one record of many, where no probe would look',
      writeMmdb({ ...CITY, records: { ...CITY.records, '81.2.70.77/32': nowhere } }),
      /damaged: a GeoIP record holds impossible coordinates/,
    ],
    ['compressed', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), /compressed/],
    ['a web page', Buffer.from('<html>Not found</html>'), /not a MaxMind DB/],
    ['empty', Buffer.alloc(0), /not a MaxMind DB/],
    ['of another kind', writeMmdb(ASN), /GeoLite2-ASN database, not one for GEOIP_CITY_DB/],
  ])('%s', async (_, bytes, message) => {
    const cityDb = await save(bytes);
    const opening = openGeoIp({ cityDb, asnDb: await save(writeMmdb(ASN)) });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(cityDb);
  });

  test('missing', async () => {
    await expect(openGeoIp({ cityDb: '/nowhere/city.mmdb' })).rejects.toThrow(
      '/nowhere/city.mmdb cannot be read',
    );
  });
});
