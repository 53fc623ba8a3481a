import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseThreatList } from '../../network/list-format';
import { createNetworkIntelligence, type NetworkIntelligence } from '../../network/network-intelligence';
import { demoListsDirectory, packagedListsDirectory } from '../../network/packaged-data';

describe('a fresh instance, with nothing downloaded', () => {
  let network: NetworkIntelligence;
  beforeAll(async () => {
    network = await createNetworkIntelligence({ threatDirs: [demoListsDirectory()], now: Date.now });
  });

  test.each([
    ['192.0.2.200', 'tor_exit'],
    ['2001:db8:70f::1', 'tor_exit'],
    ['203.0.113.200', 'threat_intel'],
    ['2001:db8:bad::1', 'threat_intel'],
    ['198.51.100.130', 'vpn'],
    ['2001:db8:4b0::1', 'vpn'],
    ['198.51.100.200', 'hosting'],
    ['2001:db8:c10::1', 'hosting'],
  ])('classes the demo address %s as %s, with no geography', (ip, networkClass) => {
    expect(network.lookUp(ip)).toEqual({ classes: [networkClass], staleClasses: [] });
  });

  test.each(['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1'])(
    'leaves the documentation address %s clean, for examples of ordinary users',
    (ip) => {
      expect(network.lookUp(ip)).toEqual({ classes: [], staleClasses: [] });
    },
  );

  test('knows hosting and VPN networks by their number', () => {
    expect(network.lookUp('3.5.140.2')).toMatchObject({ asn: 16509, classes: ['hosting'] });
    expect(network.lookUp('2a01:4f8::1')).toMatchObject({ asn: 24940, classes: ['hosting'] });
    expect(network.lookUp('185.65.134.66')).toMatchObject({ asn: 39351, classes: ['vpn', 'hosting'] });
  });

  test('does not take an access provider or a public resolver for a hosting network', () => {
    expect(network.lookUp('81.2.69.142')).toMatchObject({ country: 'GB', classes: [] });
    expect(network.lookUp('8.8.8.8')).toMatchObject({ asn: 15169, classes: [] });
  });

  test('says nothing of text that is no address', () => {
    expect(network.lookUp('unknown')).toEqual({ classes: [], staleClasses: [] });
  });

  test('tells the age of every database and list and whom to credit', () => {
    expect(network.sources().map(({ name }) => name)).toEqual([
      'dbip-city',
      'ip-location-db-asn',
      'hosting-asns.csv',
      'vpn-asns.csv',
      'hosting-demo.txt',
      'threat-intel-demo.txt',
      'tor-exit-demo.txt',
      'vpn-demo.txt',
    ]);
    expect(network.problems()).toEqual([]);
    expect(network.attribution).toEqual({ text: 'IP Geolocation by DB-IP', url: 'https://db-ip.com' });
  });
});

describe('the packaged network numbers', () => {
  const asnsOf = (file: string): readonly number[] =>
    parseThreatList(readFileSync(join(packagedListsDirectory(), file), 'utf8'), { bareNumbersAreAsns: true })
      .asns;

  test('are each listed once, without a bad line', () => {
    for (const file of ['hosting-asns.csv', 'vpn-asns.csv']) {
      const text = readFileSync(join(packagedListsDirectory(), file), 'utf8');
      expect(parseThreatList(text, { bareNumbersAreAsns: true }).badLines).toBe(0);
      expect(new Set(asnsOf(file)).size).toBe(asnsOf(file).length);
    }
  });

  test('cover the large hosts and leave out networks where ordinary people are', () => {
    const hosting = asnsOf('hosting-asns.csv');
    expect(hosting.length).toBeGreaterThanOrEqual(150);
    expect(hosting).toEqual(
      expect.arrayContaining([
        16509, 14618, 396982, 8075, 14061, 16276, 24940, 63949, 20473, 51167, 60781, 9009,
      ]),
    );
    // Google's own network, and Cloudflare, Akamai and Fastly, through which iCloud Private Relay and WARP leave.
    for (const asn of [15169, 13335, 36183, 54113]) expect(hosting).not.toContain(asn);
    expect(asnsOf('vpn-asns.csv')).toEqual(
      expect.arrayContaining([9009, 212238, 39351, 209103, 207137, 397540]),
    );
  });
});
