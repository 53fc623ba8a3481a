import { canonicalIp, isPublicAddress, parseIp, parseIpWords, prefixOf } from '../../network/ip-address';

describe('one client has one address', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalIp(text)).toBe(canonical);
  });

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '010.0.0.1',
    '2130706433',
    '1.2.3.256',
    '1.2.3.4:80',
    ' 1.2.3.4',
  ])('%p is no address, though some parsers take it for one', (text) => {
    expect(canonicalIp(text)).toBeNull();
    expect(parseIp(text)).toBeNull();
    expect(parseIpWords(text)).toBeNull();
    expect(prefixOf(text)).toBeNull();
    expect(isPublicAddress(text)).toBe(false);
  });
});

test('the network of an address is its /24, or its /64', () => {
  expect(prefixOf('198.51.100.77')).toBe('198.51.100.0/24');
  expect(prefixOf('::ffff:198.51.100.77')).toBe('198.51.100.0/24');
  expect(prefixOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
});

test('both parsers read the same words', () => {
  for (const text of [
    '0.0.0.0',
    '255.255.255.255',
    '81.2.69.142',
    '::ffff:10.0.0.1',
    '2001:db8::ff00:42:8329',
    '::',
  ]) {
    expect(parseIpWords(text)).toEqual(parseIp(text)?.words);
  }
  expect(parseIp('2001:db8::1')?.words).toEqual([0x20010db8, 0, 0, 1]);
});

describe('geography is sought for routed addresses only', () => {
  test.each(['8.8.8.8', '81.2.69.142', '2001:4860:4860::8888', '::ffff:8.8.8.8'])('%s is public', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  test.each([
    ['10.1.2.3', 'local'],
    ['172.16.0.1', 'local'],
    ['192.168.1.1', 'local'],
    ['100.64.0.1', 'local'],
    ['127.0.0.1', 'local'],
    ['169.254.1.1', 'local'],
    ['::ffff:10.0.0.1', 'local'],
    ['::1', 'local'],
    ['fe80::1', 'local'],
    ['fd00::1', 'local'],
    ['0.0.0.0', 'local'],
    ['192.0.2.1', 'special'],
    ['203.0.113.9', 'special'],
    ['2001:db8::1', 'special'],
    ['2002:c000:204::1', 'special'],
    ['255.255.255.255', 'special'],
  ])('%s is %s', (ip, scope) => {
    expect(isPublicAddress(ip)).toBe(false);
    expect(parseIp(ip)?.scope).toBe(scope);
  });
});
