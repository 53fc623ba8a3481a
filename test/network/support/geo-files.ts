/** A user's two databases on disk, opened, and what they say of one address. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGeoIp, type GeoIp } from '../../../network/geoip';
import { parseIp, type IpAddress } from '../../../network/ip-address';
import { writeMmdb, type MmdbContent, type MmdbValue } from './mmdb-writer';

export const JUNE = Date.parse('2026-06-01T00:00:00Z');

export const place = (country: string, latitude = 50): MmdbValue => ({
  country: { iso_code: country },
  location: { latitude: { double: latitude }, longitude: { double: 10 } },
});
export const city = (country: string, change: Partial<MmdbContent> = {}): Buffer =>
  writeMmdb({
    databaseType: 'GeoLite2-City',
    ipVersion: 6,
    buildEpoch: JUNE / 1_000,
    records: { '81.2.69.0/24': place(country), '2a02:1::/32': place(country) },
    ...change,
  });
export const asn = (number: number): Buffer =>
  writeMmdb({
    databaseType: 'GeoLite2-ASN',
    ipVersion: 6,
    records: { '81.2.69.0/24': { autonomous_system_number: number } },
  });

const ADDRESS = parseIp('81.2.69.142') as IpAddress;
export const seen = (geoIp: GeoIp) => {
  const { country, asn: number } = geoIp.lookUp(ADDRESS);
  return [country, number];
};

export interface Opened {
  readonly geoIp: GeoIp;
  readonly directory: string;
  readonly cityDb: string;
  readonly asnDb: string;
  /** Writes beside the file and renames over it. */
  readonly replace: (path: string, content: Buffer) => Promise<void>;
}

/** City says GB and ASN says 1 of the address, until they are replaced and reloaded. */
export async function openFiles(directory: string): Promise<Opened> {
  const [cityDb, asnDb] = [join(directory, 'city.mmdb'), join(directory, 'asn.mmdb')];
  await writeFile(cityDb, city('GB'));
  await writeFile(asnDb, asn(1));
  const replace = async (path: string, content: Buffer) => {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  };
  return { geoIp: await openGeoIp({ cityDb, asnDb }), directory, cityDb, asnDb, replace };
}
