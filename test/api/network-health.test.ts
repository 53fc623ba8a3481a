/** Readiness tells how old the network data of the live workers are, and stays green with old ones. */
import type { NetworkReport, NetworkSource } from '../../domain/network-sources';
import { beat, endHeartbeat } from '../../storage/worker-heartbeats';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false });

const DAY = 86_400_000;
const listed = (change: Partial<NetworkSource> = {}): NetworkSource => ({
  name: 'tor-exit-nodes.txt',
  kind: 'tor_exit',
  packaged: false,
  entries: 1_200,
  updatedAt: Date.now() - DAY,
  staleAfter: Date.now() + 2 * DAY,
  ...change,
});
const CITY: NetworkSource = {
  name: 'GeoLite2-City',
  kind: 'geoip_city',
  packaged: false,
  updatedAt: Date.parse('2026-06-02T00:00:00Z'),
  staleAfter: null,
};

/** Readiness once the worker has reported this. */
async function readyWith(report: NetworkReport) {
  product.stack.network.report = report;
  const names = report.sources.map(({ name }) => name);
  return until(
    () => product.stack.call('GET', '/health/ready'),
    ({ body }) =>
      body['network'].status !== 'unknown' &&
      JSON.stringify(body['network'].sources.map(({ name }: NetworkSource) => name)) ===
        JSON.stringify(names) &&
      body['network'].problems.length === report.problems.length &&
      body['network'].sources.every(
        (shown: { updatedAt: string }, at: number) =>
          Date.parse(shown.updatedAt) === report.sources[at]?.updatedAt,
      ),
  );
}

it('shows every source with its kind, time and age', async () => {
  const tor = listed();
  const ready = await readyWith({ sources: [CITY, tor], problems: [] });
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({
    status: 'ready',
    network: {
      status: 'current',
      sources: [
        {
          ...{ name: 'GeoLite2-City', kind: 'geoip_city', packaged: false, stale: false, differs: false },
          updatedAt: '2026-06-02T00:00:00.000Z',
        },
        {
          ...{ name: 'tor-exit-nodes.txt', kind: 'tor_exit', entries: 1_200, stale: false, differs: false },
          updatedAt: new Date(tor.updatedAt).toISOString(),
        },
      ],
      problems: [],
    },
  });
  const { ageSeconds } = ready.body['network'].sources[1];
  expect(ageSeconds).toBeGreaterThanOrEqual(86_400);
  expect(ageSeconds).toBeLessThan(86_500);
});

it('is degraded, not unavailable, when a list is stale', async () => {
  const stale = listed({ updatedAt: Date.now() - 4 * DAY, staleAfter: Date.now() - DAY });
  const ready = await readyWith({ sources: [stale], problems: [] });
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({
    status: 'degraded',
    network: { status: 'degraded', sources: [{ stale: true }] },
  });
});

it('is ready with old packaged data, which only an upgrade makes younger', async () => {
  const packaged = { ...CITY, packaged: true, staleAfter: Date.now() - DAY };
  const ready = await readyWith({ sources: [packaged], problems: [] });
  expect(ready.body).toMatchObject({
    status: 'ready',
    network: { sources: [{ packaged: true, stale: true }] },
  });
});

it('names files that are not in force, and why', async () => {
  const problem = { name: 'GEOIP_CITY_DB', reason: 'is not a MaxMind DB file, or is cut short' };
  const ready = await readyWith({ sources: [CITY], problems: [problem] });
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({
    status: 'degraded',
    network: { status: 'degraded', problems: [problem] },
  });
});

it('shows the oldest version of several workers, and that they differ, until the other is dead', async () => {
  const { pool } = product.stack.database;
  const young = listed();
  const old = listed({ updatedAt: young.updatedAt - DAY });
  await readyWith({ sources: [young], problems: [] });
  await beat(pool, 'another-worker', { sources: [old], problems: [] });
  const both = await product.stack.call('GET', '/health/ready');
  expect(both.body['network'].sources).toMatchObject([
    { updatedAt: new Date(old.updatedAt).toISOString(), differs: true },
  ]);
  await pool.query(`update worker_heartbeats set at = now() - interval '11 seconds' where worker_id = $1`, [
    'another-worker',
  ]);
  const alone = await product.stack.call('GET', '/health/ready');
  expect(alone.body['network'].sources).toMatchObject([
    { updatedAt: new Date(young.updatedAt).toISOString(), differs: false },
  ]);
  await endHeartbeat(pool, 'another-worker');
});

it('claims nothing when no worker has reported, and survives a report that it cannot read', async () => {
  const { pool } = product.stack.database;
  const odd = async () => {
    await pool.query(`update worker_heartbeats set network = '"something else"'`);
    return product.stack.call('GET', '/health/ready');
  };
  // The worker of this file goes on reporting every three seconds.
  const ready = await until(odd, ({ body }) => body['network'].status === 'unknown');
  expect(ready.status).toBe(200);
  expect(ready.body).toMatchObject({
    status: 'ready',
    network: { status: 'unknown', sources: [], problems: [] },
  });
});
