import { parseThreatList, type ParsedList } from '../../network/list-format';

function parse(text: string, bareNumbersAreAsns = false): ParsedList {
  return parseThreatList(text, { bareNumbersAreAsns });
}

const one = (text: string): ParsedList['ipv4'][number] | undefined => {
  const list = parse(text);
  return list.ipv4[0] ?? list.ipv6[0];
};

describe('every usual way to write an entry is understood', () => {
  test.each([
    ['1.2.3.4', [0x01020304], [0x01020304]],
    ['1.2.3.0/24', [0x01020300], [0x010203ff]],
    ['1.2.3.77/24', [0x01020300], [0x010203ff]],
    ['1.2.3.4 ; SBL256894', [0x01020304], [0x01020304]],
    ['1.2.3.4\t7', [0x01020304], [0x01020304]],
    ['1.2.3.4 # why', [0x01020304], [0x01020304]],
    ['1.2.3.4 - seen twice', [0x01020304], [0x01020304]],
    ['1.2.3.4-1.2.3.9', [0x01020304], [0x01020309]],
    ['1.2.3.4 - 1.2.3.9', [0x01020304], [0x01020309]],
    ['1.2.3.4,1.2.3.9,Some Host,https://example.com/', [0x01020304], [0x01020309]],
    ['"1.2.3.4","1.2.3.9","Some, Host"', [0x01020304], [0x01020309]],
    ['1.2.3.4,Some Host', [0x01020304], [0x01020304]],
    ['::ffff:1.2.3.0/120', [0x01020300], [0x010203ff]],
    ['2001:db8::/32', [0x20010db8, 0, 0, 0], [0x20010db8, 0xffffffff, 0xffffffff, 0xffffffff]],
    ['2001:db8::1', [0x20010db8, 0, 0, 1], [0x20010db8, 0, 0, 1]],
    ['2001:db8::1-2001:db8::f', [0x20010db8, 0, 0, 1], [0x20010db8, 0, 0, 0xf]],
    ['{"cidr":"1.2.3.0/24","sblid":"SBL1","rir":"apnic"}', [0x01020300], [0x010203ff]],
  ])('%s', (line, start, end) => {
    expect(one(line)).toEqual({ start, end });
    expect(parse(line)).toMatchObject({ entries: 1, badLines: 0 });
  });

  test('network numbers, with AS or in a file named for them', () => {
    expect(parse('AS64500 # Example, US\nas64501').asns).toEqual([64500, 64501]);
    expect(parse('asn,organisation\n64500,"Example, Inc."\n64501,Other', true)).toMatchObject({
      asns: [64500, 64501],
      badLines: 0,
    });
    expect(parse('{"asn":64500,"domain":"example.com"}').asns).toEqual([64500]);
  });
});

test('comments, blank lines, CRLF, a leading header and the closing metadata are neither entries nor bad', () => {
  const text = 'start,end,name\r\n# c\r\n; c\r\n\r\n1.2.3.4,1.2.3.5,x\r\n{"type":"metadata","records":1}\r\n';
  expect(parse(text)).toMatchObject({ entries: 1, badLines: 0 });
});

test.each([
  '1.2.3.999',
  '1.2.3.4/33',
  '1.2.3.4/',
  '1.2.3.9-1.2.3.4',
  '2001:db8::/129',
  '::ffff:1.2.3.4/64',
  '<html>',
  '64500',
  'AS0',
  'AS4294967296',
  '{"cidr":"1.2.3.0/24"',
  'example.com',
])('%s is a bad line, counted and without effect', (line) => {
  expect(parse(`1.1.1.1\n${line}`)).toMatchObject({ entries: 1, badLines: 1 });
});

test.each(['0.0.0.0/0', '0.0.0.0/1', '8.0.0.0/7', '0.0.0.0-255.255.255.255', '::/0', '2000::/3'])(
  '%s is refused: a slip must not put half the internet on a list',
  (line) => {
    expect(parse(line)).toMatchObject({ entries: 0, badLines: 1 });
  },
);
