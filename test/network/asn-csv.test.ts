import { join } from 'node:path';
import { loadAsnTable, type AsnTable } from '../../network/asn-csv';
import { parseIp } from '../../network/ip-address';
import type { AutonomousSystem } from '../../network/place-record';
import { useTemporaryDirectories, writeFiles } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const IPV4 = '1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."\n1.0.4.0,1.0.7.255,38803,Say "G" Pty\n';
const IPV6 =
  '::,::ff,7,Low\n2001::,2001::ffff:ffff,6939,HE\n2001:200::,2001:200:1b9:ffff:ffff:ffff:ffff:ffff,2500,WIDE';

async function load(ipv4: string, ipv6: string): Promise<AsnTable> {
  const directory = await makeDirectory();
  await writeFiles(directory, { '4.csv': ipv4, '6.csv': ipv6 });
  return loadAsnTable(join(directory, '4.csv'), join(directory, '6.csv'));
}

function find(table: AsnTable, ip: string): AutonomousSystem | undefined {
  const address = parseIp(ip);
  return address === null ? undefined : table.find(address);
}

test('both ends of a range belong to it, and gaps belong to nobody', async () => {
  const table = await load(IPV4, IPV6);
  expect(find(table, '1.0.0.0')).toEqual({ asn: 13335, asOrganization: 'Cloudflare, Inc.' });
  expect(find(table, '1.0.0.255')).toMatchObject({ asn: 13335 });
  expect(find(table, '1.0.1.0')).toEqual({});
  expect(find(table, '1.0.7.255')).toEqual({ asn: 38803, asOrganization: 'Say "G" Pty' });
  expect(find(table, '0.255.255.255')).toEqual({});
  expect(find(table, '::80')).toEqual({ asn: 7, asOrganization: 'Low' });
  expect(find(table, '2001::ffff:ffff')).toMatchObject({ asn: 6939 });
  expect(find(table, '2001:200:1b9:ffff::')).toEqual({ asn: 2500, asOrganization: 'WIDE' });
  expect(find(table, '2001:200:1ba::')).toEqual({});
});

test('where a line reaches into the next, the next one wins', async () => {
  const table = await load('1.0.0.0,1.0.2.255,1,A\n1.0.2.0,1.0.3.255,2,B\n', IPV6);
  expect(find(table, '1.0.1.255')).toMatchObject({ asn: 1 });
  expect(find(table, '1.0.2.0')).toMatchObject({ asn: 2 });
});

test.each([
  ['out of order', `${IPV4}1.0.0.0,1.0.0.1,1,A\n`, IPV6, /4\.csv is damaged at line 3/],
  ['cut off in the middle of a line', `${IPV4}1.0.8.0,1.0`, IPV6, /4\.csv is damaged at line 3/],
  ['an impossible octet', '1.0.0.300,1.0.1.0,1,A\n', IPV6, /4\.csv is damaged at line 1/],
  ['upside down', '1.0.0.9,1.0.0.1,1,A\n', IPV6, /4\.csv is damaged at line 1/],
  ['no number', '1.0.0.0,1.0.0.1,x,A\n', IPV6, /4\.csv is damaged at line 1/],
  ['too few IPv6 groups', IPV4, '2001:1,2001::2,1,A\n', /6\.csv is damaged at line 1/],
  ['too many IPv6 groups', IPV4, '1:2:3:4:5:6:7:8:9,2001::2,1,A\n', /6\.csv is damaged at line 1/],
  ['empty', '', IPV6, /4\.csv is empty/],
])('a table that is %s is refused, with the place', async (...[, ipv4, ipv6, message]) => {
  await expect(load(ipv4, ipv6)).rejects.toThrow(message);
});
