import { join } from 'node:path';
import type { AddressRange } from '../../network/intervals';
import { parseIp } from '../../network/ip-address';
import { listedRanges, openKnownRanges, readLists } from '../../network/known-ranges';
import { writeMmdb } from './support/mmdb-writer';
import { useTemporaryDirectories, writeFiles } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();

function range(start: string, end: string): AddressRange {
  return { start: parseIp(start)?.words ?? [], end: parseIp(end)?.words ?? [] };
}

describe.each([4, 6] as const)('the ranges of a database for IPv%d', (ipVersion) => {
  it('are its blocks in address order, without those that are IPv4 under another name', async () => {
    const ipv6 = { '2a02:cf40::/29': { a: 1 }, '2002::/16': { a: 2 }, '2001:0::/32': { a: 3 } };
    const records = {
      '216.160.83.56/29': { a: 4 },
      '2.125.160.216/29': { a: 5 },
      '1.0.0.0/24': { a: 6 },
      ...(ipVersion === 6 && ipv6),
    };
    const directory = await makeDirectory();
    await writeFiles(directory, {
      'city.mmdb': writeMmdb({ databaseType: 'GeoLite2-City', ipVersion, records }),
    });
    const ranges = await openKnownRanges({ cityDb: join(directory, 'city.mmdb') }, new Set());
    const ipv4 = [
      range('1.0.0.0', '1.0.0.255'),
      range('2.125.160.216', '2.125.160.223'),
      range('216.160.83.56', '216.160.83.63'),
    ];
    const unicast = range('2a02:cf40::', '2a02:cf47:ffff:ffff:ffff:ffff:ffff:ffff');
    expect([...ranges]).toEqual(ipVersion === 6 ? [...ipv4, unicast] : ipv4);
    expect([...ranges]).toHaveLength(ipVersion === 6 ? 4 : 3);
  });
});

test('without a database the packaged table gives the ranges of the networks asked for, of both families', async () => {
  const ranges = [...(await openKnownRanges({}, new Set([3320])))];
  expect(ranges.filter(({ start }) => start.length === 1).length).toBeGreaterThan(100);
  expect(ranges.filter(({ start }) => start.length === 4).length).toBeGreaterThan(10);
});

test('lists give their ranges by class; what is no list is passed over', async () => {
  const directory = await makeDirectory();
  await writeFiles(directory, {
    'tor-exit-nodes.lst': '192.0.2.7\n',
    'my-vpn.txt': '198.51.100.0/24\nAS64500\n',
    'notes.md': 'nothing',
    'vpn-junk.txt': 'no address at all\n',
  });
  const lists = await readLists(directory);
  expect(listedRanges(lists, ['tor_exit'])).toEqual([range('192.0.2.7', '192.0.2.7')]);
  expect(listedRanges(lists, ['vpn', 'tor_exit'])).toHaveLength(2);
});
