/** What may come to lie where a good list was: none of it takes its place, all of it is named. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseIp } from '../../network/ip-address';
import { loadThreatLists, type ThreatLists } from '../../network/threat-lists';
import { useTemporaryDirectories, writeFiles } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const NOW = Date.parse('2026-06-20T12:00:00Z');
const NAME = 'ipsum-level3.txt';

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => `50.0.${index >> 8}.${index & 255}\n`).join('');
const GOOD = addresses(100);
const everything = (block: (n: number) => string, count: number) =>
  Array.from({ length: count }, (_, index) => `${block(index)}\n`).join('');

function classesOf(lists: ThreatLists, ip: string): readonly string[] {
  const address = parseIp(ip);
  if (address === null) throw new Error(`no address: ${ip}`);
  return lists.classify(address, undefined).classes;
}

/** A good list in force, and then this content in its place. */
async function replacedBy(content: string | Buffer): Promise<ThreatLists> {
  const directory = await makeDirectory();
  await writeFiles(directory, { [NAME]: GOOD }, NOW);
  const lists = await loadThreatLists({ directories: [directory], now: () => NOW });
  await writeFile(join(directory, NAME), content);
  await lists.reload();
  return lists;
}

/** Of 65 entries: more than half, so that only the mark on it tells that something is wrong. */
const MOST = addresses(65);

describe('a list that went bad keeps its last good version in force', () => {
  test.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /empty/],
    ['only comments', '# nothing\n; at all\n', /empty/],
    ['an error page', '<html>\n<body>\n502 Bad Gateway\n</body>\n</html>\n', /not a list/],
    ['an error page in one line', '<html><body>502 Bad Gateway</body></html>', /not a list/],
    ['cut in the middle', GOOD.slice(0, GOOD.length / 2), /cut short/],
    ['cut to exactly half', addresses(50), /50 entries where 100 were/],
    ['cut late, within a line', GOOD.slice(0, -4), /ends within a line/],
    ['half of it, written twice', addresses(50).repeat(2), /50 entries where 100 were/],
    ['mostly unreadable', `${addresses(60)}${'???\n'.repeat(20)}`, /lines are unreadable/],
    ['binary junk', Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 251)), /zero bytes/],
    [
      'ending in zero bytes, as after a power cut',
      Buffer.concat([Buffer.from(MOST), Buffer.alloc(99)]),
      /zero/,
    ],
    ['UTF-16', Buffer.from(`\ufeff${GOOD}`, 'utf16le'), /zero bytes/],
    ['ten times as long and everything', everything(() => '0.0.0.0/0', 1_000), /not a list/],
    ['everything in blocks that are each allowed', everything((n) => `${n % 256}.0.0.0/8`, 1_000), /100 %/],
    [
      'everything of IPv6',
      `${GOOD}${everything((n) => `${(0x2000 + n).toString(16)}::/16`, 8_192)}`,
      /100 %/,
    ],
  ])('%s', async (_, content, reason) => {
    const lists = await replacedBy(content);
    expect(classesOf(lists, '50.0.0.99')).toEqual(['threat_intel']);
    expect(classesOf(lists, '51.0.0.1')).toEqual([]);
    expect(lists.sources()).toMatchObject([{ entries: 100, updatedAt: NOW }]);
    expect(lists.problems()).toEqual([{ name: NAME, reason: expect.stringMatching(reason) }]);
  });

  test('and is replaced by the next good one', async () => {
    const directory = await makeDirectory();
    await writeFiles(directory, { [NAME]: GOOD }, NOW);
    const lists = await loadThreatLists({ directories: [directory], now: () => NOW });
    await writeFile(join(directory, NAME), 'junk');
    await lists.reload();
    await writeFile(join(directory, NAME), addresses(120));
    await lists.reload();
    expect(lists.sources()).toMatchObject([{ entries: 120 }]);
    expect(lists.problems()).toEqual([]);
  });

  test('something that is no file does not say where it lies', async () => {
    const directory = await makeDirectory();
    await writeFiles(directory, { [NAME]: GOOD }, NOW);
    const lists = await loadThreatLists({ directories: [directory], now: () => NOW });
    await rm(join(directory, NAME));
    await mkdir(join(directory, 'folder'));
    await symlink(join(directory, 'folder'), join(directory, NAME));
    await lists.reload();
    expect(classesOf(lists, '50.0.0.99')).toEqual(['threat_intel']);
    expect(lists.problems()).toEqual([{ name: NAME, reason: 'it cannot be read (EISDIR)' }]);
  });
});

describe('a list is taken as good', () => {
  test.each<[string, string]>([
    ['with CRLF line ends', GOOD.replaceAll('\n', '\r\n')],
    ['with a UTF-8 byte order mark', `\ufeff${GOOD}`],
    ['with every line twice', GOOD.repeat(2)],
    ['without a line end at its end', GOOD.trimEnd()],
  ])('%s, and counts the same', async (_, content) => {
    const lists = await replacedBy(content);
    expect(lists.problems()).toEqual([]);
    expect(lists.sources()).toMatchObject([{ entries: 100 }]);
    expect(lists.sources()[0]?.updatedAt).toBeGreaterThan(NOW);
    expect(classesOf(lists, '50.0.0.0')).toEqual(['threat_intel']);
  });
});

test('a file that is being written stays as it was, with what was said of it', async () => {
  const directory = await makeDirectory();
  await writeFiles(directory, { [NAME]: GOOD, 'vpn.txt': 'junk' }, NOW);
  const lists = await loadThreatLists({ directories: [directory], now: () => NOW });
  await writeFiles(directory, { [NAME]: addresses(70), 'vpn.txt': '60.0.0.1', 'tor.txt': '70.0.0.1' });
  const unsettled = [NAME, 'vpn.txt', 'tor.txt'].map((name) => join(directory, name));
  await lists.reload(new Set(unsettled));
  expect(lists.sources()).toMatchObject([{ name: NAME, entries: 100 }]);
  expect(lists.problems()).toMatchObject([{ name: 'vpn.txt' }]);
  await lists.reload(new Set([`${unsettled[0]}.meta.json`]));
  expect(lists.sources().map(({ name, entries }) => [name, entries])).toEqual([
    [NAME, 100],
    ['tor.txt', 1],
    ['vpn.txt', 1],
  ]);
});
