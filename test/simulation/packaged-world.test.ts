import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openKnownRanges } from '../../network/known-ranges';
import { createNetworkIntelligence, type NetworkIntelligence } from '../../network/network-intelligence';
import { ACCESS_NETWORKS } from '../../simulation/access-networks';
import { buildWorld } from '../../simulation/collect-blocks';
import { createDescription, type Numbers } from '../../simulation/describe';
import { DEFAULT_START_AT, simulate } from '../../simulation/simulate';
import type { World } from '../../simulation/world';

const VPN_AND_HOSTING = [9009, 212238, 16276, 24940, 14061];
let intelligence: NetworkIntelligence;
let world: World;
let numbers: Numbers;

beforeAll(async () => {
  intelligence = await createNetworkIntelligence({ threatDirs: [], now: () => 0 });
  const asns = new Set([...ACCESS_NETWORKS.map(({ asn }) => asn), ...VPN_AND_HOSTING]);
  const known = await openKnownRanges({}, asns);
  world = buildWorld({ lookUp: intelligence.lookUp, ranges: () => known, torRanges: [] });
  const description = createDescription(intelligence.lookUp);
  const options = { seed: 1, users: 300, days: 90, attacksPerClass: 20, attackersHoldTokens: false };
  for (const day of simulate(world, { ...options, startAt: DEFAULT_START_AT })) day.forEach(description.add);
  numbers = description.numbers();
}, 120_000);

test('every block lies where the databases say, in the network and country it is filed under', () => {
  for (const provider of [...world.providers.values()].flat()) {
    const [block] = provider.ipv4;
    if (block === undefined) continue;
    const [word = 0] = block.words;
    const ip = [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');
    expect(intelligence.lookUp(ip)).toMatchObject({
      asn: provider.asn,
      country: provider.country,
      classes: [],
    });
  }
});

test('every provider of the table is found in the packaged data', () => {
  const found = [...world.providers.values()].flat().map(({ country, asn }) => `${country}/${asn}`);
  expect(
    ACCESS_NETWORKS.map(({ country, asn }) => `${country}/${asn}`).filter((key) => !found.includes(key)),
  ).toEqual([]);
});

test.each([
  ['address not seen before', 0.25, 0.6],
  ['network and country not seen before', 0.02, 0.15],
  ['fingerprint not seen before', 0.02, 0.12],
  ['without device token', 0.005, 0.06],
  ['over IPv6', 0.05, 0.3],
  ['mobile user agent', 0.35, 0.7],
  ['from a VPN or hosting network', 0.005, 0.08],
  ['MFA would fail or be abandoned', 0.01, 0.05],
  ['address without a place', 0, 0.002],
])('of the legitimate sign-ins, the share "%s" is credible', (name, least, most) => {
  expect(numbers.shares[name]).toBeGreaterThanOrEqual(least);
  expect(numbers.shares[name]).toBeLessThanOrEqual(most);
});

test('some users sign in daily, most every few days', () => {
  const [, median = 0, , most = 0] = numbers.signInsPerUser;
  expect(median / 90).toBeGreaterThan(0.15);
  expect(median / 90).toBeLessThan(0.7);
  expect(most / 90).toBeGreaterThan(2);
});

test('the command writes the stream to its output, and what it looks like beside it', async () => {
  const script = join(__dirname, '../../dist/cli/risk-simulate.js');
  const arguments_ = ['--seed', '3', '--users', '20', '--days', '10', '--describe'];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...arguments_]);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(50);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 'e0000001', label: 'legitimate' });
  expect(stderr).toContain(`${lines.length} events`);
});

test.each([
  [['--users', 'many'], '--users takes a whole number'],
  [['--start', 'yesterday'], '--start takes a date'],
  [['--city-db', '/nowhere.mmdb'], '/nowhere.mmdb cannot be read'],
])('the command refuses %j and says why', async (options, reason) => {
  const script = join(__dirname, '../../dist/cli/risk-simulate.js');
  await expect(promisify(execFile)(process.execPath, [script, ...options])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(reason) as string,
  });
});
