import { classifyListName } from '../../network/list-naming';

describe('a list is known by its file name', () => {
  test.each([
    ['tor-exit-nodes.lst', 'tor_exit'],
    ['tor-exit-demo.txt', 'tor_exit'],
    ['torbulkexitlist.txt', 'tor_exit'],
    ['my_tor.csv', 'tor_exit'],
    ['x4b-vpn-ipv4.txt', 'vpn'],
    ['x4b-vpn-ipv6.txt', 'vpn'],
    ['VPN-asns.csv', 'vpn'],
    ['x4b-datacenter-ipv4.txt', 'hosting'],
    ['x4b-datacenter-ipv6.txt', 'hosting'],
    ['x4b-datacenter-ASN.txt', 'hosting'],
    ['ipcat-datacenters.csv', 'hosting'],
    ['hosting-asns.csv', 'hosting'],
    ['ipsum-level3.txt', 'threat_intel'],
    ['ipsum-level4.txt', 'threat_intel'],
    ['ipsum-level5.txt', 'threat_intel'],
    ['ipsum-level6.txt', 'threat_intel'],
    ['firehol_level1.netset', 'threat_intel'],
    ['spamhaus-drop-v4.json', 'threat_intel'],
    ['drop.txt', 'threat_intel'],
    ['asndrop.json', 'threat_intel'],
    ['our-threats.txt', 'threat_intel'],
    ['intel.csv', 'threat_intel'],
    ['blocklist.ips', 'threat_intel'],
    ['malicious-addresses.txt', 'threat_intel'],
    ['torexits.txt', 'tor_exit'],
  ])('%s is %s', (name, networkClass) => {
    expect(classifyListName(name)?.class).toBe(networkClass);
  });

  test.each([
    ['storage.txt', 'tor is only a part of a word'],
    ['monitor.csv', 'tor is only a part of a word'],
    ['dropbox-offices.docx', 'no list extension'],
    ['ipsum.txt', 'names one blacklist hit as well'],
    ['ipsum-level1.txt', 'too many innocents'],
    ['ipsum-level2.txt', 'too many innocents'],
    ['tor-exit-nodes.txt.meta.json', 'a sidecar'],
    ['.tor-exit-nodes.txt.5f1c.tmp', 'a download under way'],
    ['.vpn.txt', 'hidden'],
    ['addresses.txt', 'says nothing'],
  ])('%s is none: %s', (name) => {
    expect(classifyListName(name)).toBeNull();
  });

  test('plain numbers are network numbers only in files named for them', () => {
    expect(classifyListName('x4b-datacenter-ASN.txt')?.bareNumbersAreAsns).toBe(true);
    expect(classifyListName('x4b-datacenter-ipv4.txt')?.bareNumbersAreAsns).toBe(false);
  });
});
