import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mirroredSources, type FeedSource } from '../../network/feed-sources';
import { MIN_FETCH_INTERVAL_MS, updateFeeds, type FeedOutcome } from '../../network/feeds';
import { loadThreatLists } from '../../network/threat-lists';
import { useTemporaryDirectories } from './support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const NOW = Date.parse('2026-06-20T12:00:00Z');
const NAME = 'tor-exit-nodes.txt';

let server: Server;
let respond: RequestListener;
let requests: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  requests = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function mirrorUrl(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/lists`;
}

function addresses(count: number): string {
  return Array.from({ length: count }, (_, index) => `50.0.${index >> 8}.${index & 255}\n`).join('');
}

const answering =
  (body: string | Buffer, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status).end(body);
  };

async function update(
  dir: string,
  changes: { now?: number; timeoutMs?: number; sources?: readonly FeedSource[] } = {},
): Promise<FeedOutcome> {
  const source: FeedSource = {
    name: NAME,
    url: 'https://replaced.invalid/',
    minEntries: 100,
    maxBytes: 20_000,
  };
  const sources = mirroredSources(changes.sources ?? [source], mirrorUrl());
  const { timeoutMs = 5_000, now = NOW } = changes;
  const [outcome] = await updateFeeds({ dir, sources, fetch: globalThis.fetch, now: () => now, timeoutMs });
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

test('a good list is put in place with a note of when it was fetched, and can be loaded', async () => {
  const dir = join(await makeDirectory(), 'made', 'on', 'demand');
  respond = answering(addresses(200));
  expect(await update(dir)).toEqual({
    kind: 'updated',
    name: NAME,
    entries: 200,
    bytes: addresses(200).length,
  });
  expect(requests).toEqual([`/lists/${NAME}`]);
  expect(await readdir(dir)).toEqual([NAME, `${NAME}.meta.json`]);
  const lists = await loadThreatLists({ directories: [dir], now: () => NOW });
  expect(lists.sources()).toMatchObject([{ name: NAME, kind: 'tor_exit', entries: 200, updatedAt: NOW }]);
});

describe('a bad answer leaves the old list untouched and is reported', () => {
  const failures: [string, RequestListener, RegExp][] = [
    ['not found', answering('no such file', 404), /answered 404/],
    ['a server error', answering(addresses(200), 503), /answered 503/],
    ['an error page', answering('<html>\n<body>Please log in</body>\n</html>\n'), /not a list/],
    ['a list with junk in it', answering(`${addresses(200)}${'<br>\n'.repeat(5)}`), /not a list: 5 of 205/],
    ['an empty body', answering(''), /0 entries/],
    ['too few entries', answering(addresses(99)), /99 entries, fewer than the 100/],
    ['half of the old list', answering(addresses(200)), /200 entries where 400 were/],
    ['a body beyond the limit', answering('#'.repeat(20_001)), /larger than 20000 bytes/],
    [
      'a small answer that unpacks beyond the limit',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000, '#'))),
      /larger than 20000 bytes/,
    ],
    [
      'a connection cut in the middle',
      (_, response) => {
        response.writeHead(200, { 'content-length': 9_000 });
        response.write(addresses(250), () => response.destroy());
      },
      /terminated|socket|closed/i,
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: mirrorUrl() }).end(), /redirect/i],
  ];

  test.each(failures)('%s', async (_, listener, reason) => {
    const dir = await makeDirectory();
    respond = answering(addresses(400));
    expect(await update(dir)).toMatchObject({ kind: 'updated' });
    respond = listener;
    const outcome = await update(dir, { now: NOW + MIN_FETCH_INTERVAL_MS });
    expect(outcome).toMatchObject({ kind: 'failed', name: NAME, reason: expect.stringMatching(reason) });
    expect(await readFile(join(dir, NAME), 'utf8')).toBe(addresses(400));
    expect(await readdir(dir)).toEqual([NAME, `${NAME}.meta.json`]);
  });

  test('an answer that never ends', async () => {
    respond = (_, response) => {
      response.writeHead(200);
      response.write(addresses(10));
    };
    const outcome = await update(await makeDirectory(), { timeoutMs: 50 });
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'no whole answer within 50 ms' });
  });

  test('a server that is not there', async () => {
    const sources = [{ name: NAME, url: 'http://127.0.0.1:1/', minEntries: 1, maxBytes: 1 }];
    const dir = await makeDirectory();
    const outcomes = await updateFeeds({ dir, sources, fetch: globalThis.fetch, now: () => NOW });
    expect(outcomes).toMatchObject([{ kind: 'failed', name: NAME }]);
  });
});

test('one failing source does not hold up the others', async () => {
  const dir = await makeDirectory();
  respond = (request, response) =>
    request.url?.includes('vpn') ? response.writeHead(500).end() : response.writeHead(200).end(addresses(50));
  const sources = ['vpn.txt', 'hosting.txt'].map((name) => ({
    name,
    url: '',
    minEntries: 10,
    maxBytes: 9_000,
  }));
  const outcomes = await updateFeeds({
    dir,
    sources: mirroredSources(sources, mirrorUrl()),
    fetch: globalThis.fetch,
    now: () => NOW,
  });
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(['failed', 'updated']);
});

describe('a source is asked once an hour at most', () => {
  test('and not again while its list is whole on disk', async () => {
    const dir = await makeDirectory();
    respond = answering(addresses(200));
    await update(dir);
    const again = await update(dir, { now: NOW + MIN_FETCH_INTERVAL_MS - 1 });
    expect(again).toEqual({ kind: 'current', name: NAME, entries: 200 });
    expect(requests).toHaveLength(1);
    expect(await update(dir, { now: NOW + MIN_FETCH_INTERVAL_MS })).toMatchObject({ kind: 'updated' });
  });

  test('but at once when its list was damaged on disk, or deleted', async () => {
    const dir = await makeDirectory();
    respond = answering(addresses(200));
    await update(dir);
    await writeFile(join(dir, NAME), addresses(20));
    expect(await update(dir)).toMatchObject({ kind: 'updated', entries: 200 });
    await rm(join(dir, NAME));
    expect(await update(dir)).toMatchObject({ kind: 'updated', entries: 200 });
  });

  test('and a truncated download cannot follow a file truncated on disk', async () => {
    const dir = await makeDirectory();
    respond = answering(addresses(400));
    await update(dir);
    await writeFile(join(dir, NAME), addresses(20));
    respond = answering(addresses(150));
    expect(await update(dir)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('cut short') });
  });
});
