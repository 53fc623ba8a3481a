/** Files change beneath a running worker: what is taken, when, and what is said about it. */
import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { createNetworkIntelligence, type NetworkIntelligence } from '../../network/network-intelligence';
import { createNetworkLook, type ReloadOutcome } from '../../worker/network-watch';
import { writeMmdb } from '../network/support/mmdb-writer';
import { useTemporaryDirectories, writeFiles } from '../network/support/temporary-directory';

const makeDirectory = useTemporaryDirectories();
const DAY = 86_400;
const JUNE = Date.parse('2026-06-01T00:00:00Z') / 1_000;

const city = (country: string, buildEpoch = JUNE) =>
  writeMmdb({
    databaseType: 'GeoLite2-City',
    ipVersion: 6,
    buildEpoch,
    records: { '81.2.69.0/24': { country: { iso_code: country } } },
  });
const ASN = writeMmdb({
  databaseType: 'GeoLite2-ASN',
  ipVersion: 6,
  buildEpoch: JUNE,
  records: { '81.2.69.0/24': { autonomous_system_number: 20_712 } },
});

interface Watched {
  readonly network: NetworkIntelligence;
  readonly look: (now?: number) => Promise<void>;
  readonly lists: string;
  readonly cityDb: string;
  readonly outcomes: ReloadOutcome[];
  /** The messages logged so far, with their level. */
  readonly logged: () => { level: number; msg: string }[];
}

/** The network of a worker that has looked until everything was in force. */
async function watched(): Promise<Watched> {
  const directory = await makeDirectory();
  const [cityDb, asnDb] = [join(directory, 'city.mmdb'), join(directory, 'asn.mmdb')];
  const lists = join(directory, 'lists');
  await writeFile(cityDb, city('GB'));
  await writeFile(asnDb, ASN);
  await writeFiles(lists, { 'vpn.txt': '50.0.0.1\n' });
  const network = await createNetworkIntelligence({ cityDb, asnDb, threatDirs: [lists], now: Date.now });
  const lines: { level: number; msg: string }[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as { level: number; msg: string });
      done();
    },
  });
  const outcomes: ReloadOutcome[] = [];
  const look = createNetworkLook({
    network,
    directories: [lists],
    databases: [cityDb, asnDb],
    logger: pino(stream),
    onReload: (outcome) => outcomes.push(outcome),
  });
  await twice(look);
  outcomes.length = 0;
  return { network, look, lists, cityDb, outcomes, logged: () => lines };
}

const twice = async (look: () => Promise<void>) => (await look(), await look());
const countryOf = (network: NetworkIntelligence) => network.lookUp('81.2.69.142').country;
const classesOf = (network: NetworkIntelligence, ip: string) => network.lookUp(ip).classes;

test('a new database is taken by the second look that finds it the same', async () => {
  const { network, look, cityDb, outcomes, logged } = await watched();
  await writeFile(`${cityDb}.new`, city('FR', JUNE + DAY));
  await rename(`${cityDb}.new`, cityDb);
  await look();
  expect(countryOf(network)).toBe('GB');
  await look();
  expect(countryOf(network)).toBe('FR');
  expect(outcomes).toEqual(['changed']);
  expect(logged()).toMatchObject([
    {
      level: 30,
      msg: 'network data in force',
      source: 'GeoLite2-City',
      updatedAt: '2026-06-02T00:00:00.000Z',
    },
  ]);
});

test('what changed between the start and the first look is noticed', async () => {
  const directory = await makeDirectory();
  await writeFiles(directory, { 'vpn.txt': '50.0.0.1\n' });
  const options = { cityDb: join(directory, 'c.mmdb'), asnDb: join(directory, 'a.mmdb') };
  await writeFile(options.cityDb, city('GB'));
  await writeFile(options.asnDb, ASN);
  const network = await createNetworkIntelligence({ ...options, threatDirs: [directory], now: Date.now });
  await writeFiles(directory, { 'vpn.txt': '50.0.0.2\n' });
  const look = createNetworkLook({
    network,
    directories: [directory],
    databases: [],
    logger: pino({ level: 'silent' }),
    onReload: () => undefined,
  });
  await twice(look);
  expect(classesOf(network, '50.0.0.2')).toEqual(['vpn']);
});

test('a file that is being written is left alone, and holds nothing else up', async () => {
  const { network, look, lists, outcomes } = await watched();
  const growing = join(lists, 'tor.txt');
  await writeFile(growing, '60.0.0.1\n');
  await writeFile(join(lists, 'vpn.txt'), '50.0.0.2\n');
  for (let line = 2; line < 6; line += 1) {
    await look();
    await appendFile(growing, `60.0.0.${line}\n`);
  }
  expect(classesOf(network, '50.0.0.2')).toEqual(['vpn']);
  expect(classesOf(network, '60.0.0.1')).toEqual([]);
  await twice(look);
  expect(classesOf(network, '60.0.0.5')).toEqual(['tor_exit']);
  expect(outcomes).toEqual(['changed', 'changed']);
});

test('junk is reported once, changes nothing, and the next good file is taken', async () => {
  const { network, look, cityDb, outcomes, logged } = await watched();
  await writeFile(cityDb, 'junk');
  for (let count = 0; count < 4; count += 1) await look();
  expect(countryOf(network)).toBe('GB');
  expect(network.problems()).toMatchObject([{ name: 'GEOIP_CITY_DB' }]);
  expect(outcomes).toEqual(['refused']);
  const told = () => logged().filter(({ msg }) => msg === 'network data not in force');
  expect(told()).toMatchObject([{ level: 40, problem: { name: 'GEOIP_CITY_DB' } }]);

  await writeFile(cityDb, city('FR'));
  await twice(look);
  expect(countryOf(network)).toBe('FR');
  expect(network.problems()).toEqual([]);
  expect(told()).toHaveLength(1);
});

test('an older database is taken, and the log says so', async () => {
  const { network, look, cityDb, logged } = await watched();
  await writeFile(cityDb, city('FR', JUNE - DAY));
  await twice(look);
  expect(countryOf(network)).toBe('FR');
  expect(logged()).toMatchObject([{ level: 40, msg: 'network data in force, older than before' }]);
});

test('a list that is missing for one look only, while it is replaced, stays in force', async () => {
  const { network, look, lists } = await watched();
  await rm(join(lists, 'vpn.txt'));
  await look();
  expect(classesOf(network, '50.0.0.1')).toEqual(['vpn']);
  await writeFile(join(lists, 'vpn.txt'), '50.0.0.1\n');
  await twice(look);
  expect(classesOf(network, '50.0.0.1')).toEqual(['vpn']);
  await rm(join(lists, 'vpn.txt'));
  await twice(look);
  expect(classesOf(network, '50.0.0.1')).toEqual([]);
});

test('what is not in force is tried again after a minute, and not reported again', async () => {
  const { look, cityDb, outcomes, logged } = await watched();
  await writeFile(cityDb, 'junk');
  const start = Date.now();
  await twice(() => look(start));
  await look(start + 59_000);
  expect(outcomes).toEqual(['refused']);
  await look(start + 60_000);
  await look(start + 61_000);
  expect(outcomes).toEqual(['refused', 'refused']);
  expect(logged()).toHaveLength(1);
});

test('a reload that fails is counted, and tried again at the next look', async () => {
  const { network, lists } = await watched();
  const outcomes: ReloadOutcome[] = [];
  let fails = true;
  const reload = (unsettled?: ReadonlySet<string>) =>
    fails ? Promise.reject(new Error('disk')) : network.reload(unsettled);
  const look = createNetworkLook({
    network: { ...network, reload },
    directories: [lists],
    databases: [],
    logger: pino({ level: 'silent' }),
    onReload: (outcome) => outcomes.push(outcome),
  });
  await twice(look);
  fails = false;
  await look();
  expect(outcomes).toEqual(['failed', 'unchanged']);
});
