/** Databases and lists are replaced, spoiled and grow old beneath the running product, which is never restarted. */
import { randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeMmdb } from '../network/support/mmdb-writer';
import { startInstance, until, type Instance } from '../support/instance';
import { createPeople, LONDON_IP, type People, type Person } from './support/people';

jest.setTimeout(240_000);

const TOR_IP = '81.2.72.7';
const SECOND = 1_000;
const TOR_SCORES_FOR_MS = 72 * 3_600 * SECOND;

/** Below the range from which the kernel takes the local ends of connections. */
const METRICS_PORT = 32_100 + randomInt(600);

const directory = mkdtempSync(join(tmpdir(), 'zewstid-upkeep-'));
const [cityDb, asnDb] = [join(directory, 'city.mmdb'), join(directory, 'asn.mmdb')];
let instance: Instance;
let people: People;

beforeAll(async () => {
  await writeFile(cityDb, cityIn('GB', 51.5, 0));
  await writeFile(
    asnDb,
    writeMmdb({
      databaseType: 'GeoLite2-ASN',
      ipVersion: 6,
      buildEpoch: Math.floor(Date.now() / SECOND),
      records: { '81.2.0.0/16': { autonomous_system_number: 20_712 } },
    }),
  );
  instance = await startInstance({
    env: {
      GEOIP_CITY_DB: cityDb,
      GEOIP_ASN_DB: asnDb,
      WORKER_METRICS_PORT: String(METRICS_PORT),
      USER_SIGN_INS_PER_MINUTE: '1000',
    },
  });
  people = createPeople(instance);
});
afterAll(async () => {
  await instance?.dispose();
  await rm(directory, { recursive: true, force: true });
});

/** A database that has the addresses of this test in one country. */
function cityIn(country: string, latitude: number, days: number): Buffer {
  const location = { latitude: { double: latitude }, longitude: { double: -0.1 } };
  return writeMmdb({
    databaseType: 'GeoLite2-City',
    ipVersion: 6,
    buildEpoch: Math.floor(Date.now() / SECOND) - 86_400 * (10 - days),
    records: { '81.2.0.0/16': { country: { iso_code: country }, location } },
  });
}

/** The signals with which a sign-in is recorded: code and points, and the explanation in words. */
async function signIn(
  who: Person,
): Promise<{ signals: Record<string, number>; explanation: string[]; id: string }> {
  const answer = await people.check(who);
  const id = answer.body['decisionId'] ?? answer.headers.get('x-decision-id');
  const { body } = await people.decision(id);
  const signals = body['signals'] as { code: string; points: number }[];
  return {
    signals: Object.fromEntries(signals.map(({ code, points }) => [code, points])),
    explanation: body['explanation'] as string[],
    id,
  };
}

const health = () => instance.call('GET', '/health/ready');
const patiently = { withinMs: 60_000, everyMs: 500 };

test('a database renamed over the old one places the next sign-ins, and junk written over it changes nothing', async () => {
  const workers = instance.now.pids.worker;
  const who = await people.trusted(await people.person({ ip: LONDON_IP }));
  expect((await signIn(who)).signals).not.toHaveProperty('new_country');
  expect((await health()).body).toMatchObject({ status: 'ready' });

  await writeFile(`${cityDb}.new`, cityIn('FR', 48.8, 1));
  await rename(`${cityDb}.new`, cityDb);
  await until(async () => (await signIn(who)).signals['new_country'] === 30, {
    what: 'new_country',
    ...patiently,
  });

  await writeFile(cityDb, '<html>Too many requests</html>');
  await until(async () => (await health()).body['network'].problems.length > 0, {
    what: 'a problem in readiness',
    ...patiently,
  });
  const degraded = await health();
  expect(degraded.status).toBe(200);
  expect(degraded.body).toMatchObject({
    status: 'degraded',
    network: {
      status: 'degraded',
      problems: [{ name: 'GEOIP_CITY_DB', reason: 'is not a MaxMind DB file, or is cut short' }],
    },
  });
  expect(degraded.text).not.toContain(directory);
  expect((await signIn(who)).signals).toMatchObject({ new_country: 30 });

  await writeFile(cityDb, cityIn('GB', 51.5, 2));
  await until(async () => (await health()).body['status'] === 'ready', { what: 'readiness', ...patiently });
  expect((await signIn(who)).signals).not.toHaveProperty('new_country');
  expect(instance.now.pids.worker).toEqual(workers);
});

test('a list that grows too old while the worker runs loses its points, and every place says so', async () => {
  const list = join(instance.runDir, 'feeds', 'tor-exit.txt');
  await writeFile(list, `${TOR_IP}\n`);
  await until(async () => (await signIn(await people.person({ ip: TOR_IP }))).signals['tor_exit'] === 40, {
    what: 'points of a fresh list',
    ...patiently,
  });

  const soonTooOld = (Date.now() - TOR_SCORES_FOR_MS + 8 * SECOND) / SECOND;
  await utimes(list, soonTooOld, soonTooOld);
  const who = await people.person({ ip: TOR_IP });
  let last = await signIn(who);
  await until(
    async () => {
      last = await signIn(who);
      return last.signals['tor_exit'] === 0;
    },
    { what: 'a list without points', ...patiently },
  );
  expect(last.explanation).toContainEqual(expect.stringMatching(/: 0, as its list is too old$/));
  const [stored] = await instance.query<{ signals: object[] }>(
    `select assessment -> 'signals' as signals from sign_ins where id = $1`,
    [last.id],
  );
  expect(stored?.signals).toContainEqual(
    expect.objectContaining({ code: 'tor_exit', points: 0, stale: true }),
  );

  await until(async () => (await health()).body['status'] === 'degraded', {
    what: 'degraded readiness',
    ...patiently,
  });
  const { network } = (await health()).body;
  expect(network.sources).toContainEqual(
    expect.objectContaining({ name: 'tor-exit.txt', kind: 'tor_exit', entries: 1, stale: true }),
  );
  const metrics = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
  expect(metrics).toContain('zewstid_network_source_stale{source="tor-exit.txt"} 1');
  expect(metrics).toContain('zewstid_network_source_entries{source="tor-exit.txt"} 1');
  expect(metrics).toMatch(
    /zewstid_network_source_age_seconds\{source="GeoLite2-City",kind="geoip_city"\} \d+/,
  );
  expect(metrics).toMatch(/zewstid_network_reloads_total\{outcome="refused"\} [1-9]/);
  expect(metrics).toContain('zewstid_network_problems 0');
});
