/** Threat lists and packaged data, from a download to the points of a decision. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FEED_SOURCES } from '../../network/feed-sources';
import { REPOSITORY, startInstance, until, type Instance } from '../support/instance';
import { createPeople, type People } from './support/people';

jest.setTimeout(240_000);

let instance: Instance;
let people: People;
let mirror: Server;
let mirrorUrl: string;

beforeAll(async () => {
  mirror = createServer((request, response) => {
    const list = LISTS[decodeURIComponent(request.url ?? '').slice(1)];
    response.writeHead(list === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(list);
  });
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  mirrorUrl = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
  instance = await startInstance({ env: { USER_SIGN_INS_PER_MINUTE: '1000' } });
  people = createPeople(instance);
});
afterAll(async () => {
  mirror.close();
  await instance?.dispose();
});

/** `count` addresses from a /16 or larger on. */
const addresses = (first: string, count: number) => {
  const [a = 0, b = 0] = first.split('.').map(Number);
  return Array.from({ length: count }, (_, n) => `${a}.${b + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`);
};
const prefixes = (count: number) =>
  Array.from({ length: count }, (_, n) => `2a0d:${(n + 1).toString(16)}::/32`);
const jsonLines = (cidrs: readonly string[]) => cidrs.map((cidr) => JSON.stringify({ cidr })).join('\n');

const TOR = '81.2.72.7';
const IPSUM = '81.3.0.7';
const SPAMHAUS = '81.4.9.77';
const VPN = '81.6.0.7';
const DATACENTER = '81.7.0.7';

/** Made up, as large as the real ones have to be, of addresses that the packaged data say nothing bad of. */
const LISTS: Readonly<Record<string, string>> = {
  'tor-exit-nodes.txt': addresses('81.2', 20_000)
    .slice(72 * 256, 72 * 256 + 500)
    .join('\n'),
  'ipsum-level3.txt': ['# IPsum', ...addresses('81.3', 3_500).map((address) => `${address}\t3`)].join('\n'),
  'spamhaus-drop-v4.json': jsonLines(
    Array.from({ length: 350 }, (_, n) => `81.${4 + (n >> 8)}.${n & 255}.0/24`),
  ),
  'spamhaus-drop-v6.json': jsonLines(prefixes(20)),
  'x4b-vpn-ipv4.txt': addresses('81.6', 2_500)
    .map((address) => `${address}/32`)
    .join('\n'),
  'x4b-vpn-ipv6.txt': prefixes(150).join('\n'),
  'x4b-datacenter-ipv4.txt': addresses('81.7', 12_000).join('\n'),
  'x4b-datacenter-ipv6.txt': prefixes(2_500).join('\n'),
};

const CLASSES = ['threat_intel', 'tor_exit', 'vpn', 'hosting'];

/** The classes with which a sign-in from this address is recorded, and whether they earned points. */
async function classesOf(ip: string): Promise<{ code: string; scores: boolean }[]> {
  const who = await people.person({ ip });
  const answer = await people.check(who);
  const id = answer.body['decisionId'] ?? answer.headers.get('x-decision-id');
  const { body } = await people.decision(id);
  const signals = body['signals'] as { code: string; points: number }[];
  return signals
    .filter(({ code }) => CLASSES.includes(code))
    .map(({ code, points }) => ({ code, scores: points > 0 }));
}

async function updateFeeds(): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'dist', 'cli', 'feeds-update.js')], {
    env: {
      PATH: process.env['PATH'],
      RUN_DIR: instance.runDir,
      THREAT_FEEDS_MIRROR: mirrorUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += String(text)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test.each([
  ['tor_exit', '192.0.2.130', '2001:db8:70f::1'],
  ['threat_intel', '203.0.113.130', '2001:db8:bad::1'],
  ['vpn', '198.51.100.130', '2001:db8:4b0::1'],
  ['hosting', '198.51.100.200', '2001:db8:c10::1'],
])('a fresh instance shows %s at its demo addresses, without any download', async (code, ipv4, ipv6) => {
  expect(await classesOf(ipv4)).toEqual([{ code, scores: true }]);
  expect(await classesOf(ipv6)).toEqual([{ code, scores: true }]);
});

test('the other documentation addresses have no class', async () => {
  for (const ip of ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1']) {
    expect(await classesOf(ip)).toEqual([]);
  }
});

test('the packaged network numbers know a real hosting network, and leave an access provider alone', async () => {
  const amazon = await firstAddressOf(16509);
  expect(await classesOf(amazon)).toEqual([{ code: 'hosting', scores: true }]);
  expect(await classesOf('81.2.69.142')).toEqual([]);
});

/** From the packaged table itself, since ranges move from edition to edition. */
async function firstAddressOf(asn: number): Promise<string> {
  const table = join(REPOSITORY, 'node_modules', '@ip-location-db', 'asn', 'asn-ipv4.csv');
  for await (const line of createInterface({ input: createReadStream(table) })) {
    const [first, , number] = line.split(',');
    if (number === String(asn) && first !== undefined) return first;
  }
  throw new Error(`AS${asn} is not in the packaged table`);
}

test('lists that feeds:update downloads are in force in the running worker by themselves', async () => {
  expect(Object.keys(LISTS).sort()).toEqual(FEED_SOURCES.map(({ name }) => name).sort());
  expect(await classesOf(TOR)).toEqual([]);
  expect(await classesOf(IPSUM)).toEqual([]);
  const { worker } = instance.now.pids;

  const { code, output } = await updateFeeds();
  expect({ code, output }).toEqual({
    code: 0,
    output: expect.stringContaining('tor-exit-nodes.txt: 500 entries'),
  });
  await until(async () => (await classesOf(TOR)).length > 0, {
    what: 'tor_exit in a decision',
    withinMs: 60_000,
    everyMs: 500,
  });
  expect(await classesOf(TOR)).toEqual([{ code: 'tor_exit', scores: true }]);
  expect(await classesOf(IPSUM)).toEqual([{ code: 'threat_intel', scores: true }]);
  expect(await classesOf(SPAMHAUS)).toEqual([{ code: 'threat_intel', scores: true }]);
  expect(await classesOf(VPN)).toContainEqual({ code: 'vpn', scores: true });
  expect(await classesOf(DATACENTER)).toEqual([{ code: 'hosting', scores: true }]);
  // The demo addresses go on; nobody had to restart anything.
  expect(await classesOf('192.0.2.130')).toEqual([{ code: 'tor_exit', scores: true }]);
  expect(instance.now.pids.worker).toEqual(worker);
});

test('a second feeds:update within the hour asks no source again and changes nothing', async () => {
  mirror.close();
  const { code, output } = await updateFeeds();
  expect(code).toBe(0);
  expect(output).toContain('tor-exit-nodes.txt: 500 entries, fetched within the last hour');
  expect(await classesOf(TOR)).toEqual([{ code: 'tor_exit', scores: true }]);
});
