import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseIp } from '../../network/ip-address';
import { sha256Hex } from '../../network/list-file';
import { demoListsDirectory } from '../../network/packaged-data';
import { loadThreatLists, type ListClasses, type ThreatLists } from '../../network/threat-lists';
import { useTemporaryDirectories, writeFiles } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const NOW = Date.parse('2026-06-20T12:00:00Z');
const DAY = 86_400_000;
const NONE = { classes: [], staleClasses: [] };

function classify(lists: ThreatLists, ip: string, asn?: number): ListClasses {
  const address = parseIp(ip);
  if (address === null) throw new Error(`no address: ${ip}`);
  return lists.classify(address, asn);
}

const load = (directory: string, now = () => NOW): Promise<ThreatLists> =>
  loadThreatLists({ directories: [directory], now });

async function directoryWith(files: Record<string, string>, modifiedAt = NOW): Promise<string> {
  const directory = await makeDirectory();
  await writeFiles(directory, files, modifiedAt);
  return directory;
}

function addresses(count: number): string {
  return Array.from({ length: count }, (_, index) => `50.0.${index >> 8}.${index & 255}\n`).join('');
}

test('every class an address is listed in is reported, worst first', async () => {
  const directory = await directoryWith({
    'a-hosting.txt': '50.0.0.0/16',
    'b-vpn.csv': '50.0.0.1,50.0.0.9,Some VPN',
    'c-tor.txt': '50.0.0.1',
    'd-ipsum-level3.txt': '50.0.0.1\n2a00:1::/32',
  });
  const lists = await load(directory);
  expect(classify(lists, '50.0.0.1').classes).toEqual(['threat_intel', 'tor_exit', 'vpn', 'hosting']);
  expect(classify(lists, '::ffff:50.0.0.9').classes).toEqual(['vpn', 'hosting']);
  expect(classify(lists, '50.0.0.10').classes).toEqual(['hosting']);
  expect(classify(lists, '2a00:1::5').classes).toEqual(['threat_intel']);
  expect(classify(lists, '51.0.0.1')).toEqual(NONE);
});

test('a network number on a list classes all its addresses', async () => {
  const lists = await load(await directoryWith({ 'hosting-asns.csv': 'asn,organisation\n64500,Example' }));
  expect(classify(lists, '51.0.0.1', 64500).classes).toEqual(['hosting']);
  expect(classify(lists, '51.0.0.1', 64501)).toEqual(NONE);
  expect(classify(lists, '51.0.0.1')).toEqual(NONE);
});

test('private, CGNAT and loopback addresses are on no list, whatever the list says', async () => {
  const bogons = '10.0.0.0/8\n100.64.0.0/10\n127.0.0.0/8\nfc00::/16\n192.0.2.0/24';
  const lists = await load(await directoryWith({ 'firehol_level1.netset': bogons }));
  for (const ip of ['10.1.1.1', '100.64.0.1', '127.0.0.1', 'fc00::1', '::ffff:10.1.1.1']) {
    expect(classify(lists, ip)).toEqual(NONE);
  }
  expect(classify(lists, '192.0.2.1').classes).toEqual(['threat_intel']);
});

describe('an old list loses its points and says so', () => {
  test.each([
    ['tor-exit.txt', 'tor_exit', 3],
    ['ipsum-level3.txt', 'threat_intel', 7],
    ['vpn.txt', 'vpn', 30],
    ['hosting.txt', 'hosting', 30],
  ])('%s scores until it is %s, %i days old', async (name, networkClass, days) => {
    let now = NOW + days * DAY;
    const lists = await load(await directoryWith({ [name]: '50.0.0.1' }), () => now);
    expect(classify(lists, '50.0.0.1')).toEqual({ classes: [networkClass], staleClasses: [] });
    expect(lists.sources()).toEqual([
      { name, kind: networkClass, packaged: false, entries: 1, updatedAt: NOW, staleAfter: now },
    ]);
    now += 1;
    expect(classify(lists, '50.0.0.1')).toEqual({ classes: [], staleClasses: [networkClass] });
  });

  test('a class matched by a fresh list too is not stale', async () => {
    const directory = await directoryWith({ 'old-vpn.txt': '50.0.0.1' }, NOW - 31 * DAY);
    await writeFiles(directory, { 'new-vpn.txt': '50.0.0.0/24' }, NOW);
    expect(classify(await load(directory), '50.0.0.1')).toEqual({ classes: ['vpn'], staleClasses: [] });
  });

  test('packaged lists do not age', async () => {
    const lists = await load(demoListsDirectory(), () => NOW + 3650 * DAY);
    expect(classify(lists, '192.0.2.200').classes).toEqual(['tor_exit']);
    expect(lists.sources().filter(({ staleAfter }) => staleAfter !== null)).toEqual([]);
  });

  test('the time of the download counts, not the time of a copy', async () => {
    const content = '50.0.0.1\n';
    const sidecar = { url: '', fetchedAt: new Date(NOW - 4 * DAY).toISOString(), entries: 1 };
    const directory = await directoryWith({
      'tor-exit.txt': content,
      'tor-exit.txt.meta.json': JSON.stringify({ ...sidecar, sha256: sha256Hex(Buffer.from(content)) }),
    });
    expect(classify(await load(directory), '50.0.0.1').staleClasses).toEqual(['tor_exit']);
    await writeFiles(directory, { 'tor-exit.txt': '50.0.0.1\n50.0.0.2\n' }, NOW);
    expect(classify(await load(directory), '50.0.0.1').classes).toEqual(['tor_exit']);
  });
});

describe('what is not there any more', () => {
  test('a directory that is gone takes no list with it', async () => {
    const directory = await directoryWith({ 'vpn.txt': '50.0.0.1' });
    const lists = await load(directory);
    await rm(directory, { recursive: true });
    await lists.reload();
    expect(classify(lists, '50.0.0.1').classes).toEqual(['vpn']);
    expect(lists.problems()).toEqual([{ name: 'lists', reason: 'their directory is gone or unreadable' }]);
  });

  test('a directory that loses several lists at once counts as a disk that went away', async () => {
    const directory = await directoryWith({ 'vpn.txt': '50.0.0.1', 'tor.txt': '50.0.0.2' });
    const lists = await load(directory);
    for (const name of ['vpn.txt', 'tor.txt']) await rm(join(directory, name));
    await lists.reload();
    expect(classify(lists, '50.0.0.2').classes).toEqual(['tor_exit']);
    expect(lists.problems()).toEqual([{ name: 'lists', reason: 'their directory has become empty' }]);
  });

  test('a list that was deleted alone goes out of force', async () => {
    const directory = await directoryWith({ 'vpn.txt': '50.0.0.1' });
    const lists = await load(directory);
    await rm(join(directory, 'vpn.txt'));
    await lists.reload(new Set([join(directory, 'vpn.txt')]));
    expect(classify(lists, '50.0.0.1').classes).toEqual(['vpn']);
    await lists.reload();
    expect(classify(lists, '50.0.0.1')).toEqual(NONE);
    expect(lists.problems()).toEqual([]);
  });

  test('a download that was cut short on disk is refused even at start', async () => {
    const sidecar = {
      url: '',
      fetchedAt: new Date(NOW).toISOString(),
      entries: 100,
      sha256: 'of the whole file',
    };
    const directory = await directoryWith({
      'vpn.txt': addresses(10),
      'vpn.txt.meta.json': JSON.stringify(sidecar),
    });
    const lists = await load(directory);
    expect(lists.sources()).toEqual([]);
    expect(lists.problems()).toMatchObject([
      { name: 'vpn.txt', reason: expect.stringContaining('cut short') },
    ]);
  });
});

test('a reload puts new, changed and removed files into force at once', async () => {
  const directory = await directoryWith({ 'vpn.txt': '50.0.0.1', 'tor.txt': '50.0.0.2' });
  const lists = await load(directory);
  await writeFiles(directory, { 'vpn.txt': '50.0.0.3', 'hosting.txt': '50.0.0.4' }, NOW);
  await rm(join(directory, 'tor.txt'));
  await Promise.all([lists.reload(), lists.reload()]);
  expect(['50.0.0.1', '50.0.0.2', '50.0.0.3', '50.0.0.4'].map((ip) => classify(lists, ip).classes)).toEqual([
    [],
    [],
    ['vpn'],
    ['hosting'],
  ]);
});

test('a few slips in a hand-written list do not cost the list', async () => {
  const lists = await load(await directoryWith({ 'threats.txt': '50.0.0.1\n50.0.0.l\n50.0.0.3' }));
  expect(classify(lists, '50.0.0.3').classes).toEqual(['threat_intel']);
});

test('a missing directory holds no lists, and a file of unknown class is named as a problem', async () => {
  expect((await load('/nowhere/at/all')).sources()).toEqual([]);
  const lists = await load(await directoryWith({ 'addresses.txt': '50.0.0.1', 'README.md': 'about' }));
  expect(lists.sources()).toEqual([]);
  expect(lists.problems()).toMatchObject([{ name: 'addresses.txt' }]);
});
