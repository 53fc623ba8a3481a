/**
 * `npm run -s risk:simulate -- --seed 1 --users 1500 --days 180 > events.ndjson`: a labelled stream of sign-ins for
 * the offline evaluation (docs/simulation.md). Waits for a slow reader; holds a day of events at most.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { listedRanges, openKnownRanges, readLists } from '../network/known-ranges';
import { createNetworkIntelligence, type NetworkIntelligence } from '../network/network-intelligence';
import { demoListsDirectory, packagedListsDirectory } from '../network/packaged-data';
import { ACCESS_NETWORKS } from '../simulation/access-networks';
import { buildWorld } from '../simulation/collect-blocks';
import { createDescription } from '../simulation/describe';
import {
  DEFAULT_START_AT,
  defaultAttacksPerClass,
  simulate,
  type SimulationOptions,
} from '../simulation/simulate';
import type { World } from '../simulation/world';
import { runCommand } from './event-stream';

const USAGE = `risk:simulate [options] > events.ndjson
  --seed <n>              1
  --users <n>             1500
  --days <n>              180
  --start <date>          2026-01-05
  --attacks-per-class <n> 500 for 1500 users and 180 days, fewer for less
  --attackers-hold-tokens attackers with a copied fingerprint pass as the trusted device
  --city-db, --asn-db <f> draw addresses from these databases (.mmdb) and not from the packaged ones
  --threat-dir <dir>      threat lists; the demo lists without
  --describe              what the stream looks like, on standard error`;

const OPTIONS = {
  seed: { type: 'string', default: '1' },
  users: { type: 'string', default: '1500' },
  days: { type: 'string', default: '180' },
  start: { type: 'string' },
  'attacks-per-class': { type: 'string' },
  'attackers-hold-tokens': { type: 'boolean', default: false },
  'city-db': { type: 'string' },
  'asn-db': { type: 'string' },
  'threat-dir': { type: 'string' },
  describe: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface Data {
  readonly cityDb: string | undefined;
  readonly asnDb: string | undefined;
  readonly threatDir: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.error(USAGE);
    return 0;
  }
  const users = wholeNumber(values.users, '--users');
  const days = wholeNumber(values.days, '--days');
  const attacks = values['attacks-per-class'];
  const options: SimulationOptions = {
    seed: wholeNumber(values.seed, '--seed', 0),
    users,
    days,
    attacksPerClass:
      attacks === undefined
        ? defaultAttacksPerClass(users, days)
        : wholeNumber(attacks, '--attacks-per-class', 0),
    attackersHoldTokens: values['attackers-hold-tokens'],
    startAt: values.start === undefined ? DEFAULT_START_AT : midnight(values.start),
  };
  const data: Data = {
    cityDb: values['city-db'],
    asnDb: values['asn-db'],
    threatDir: values['threat-dir'] ?? demoListsDirectory(),
  };
  const intelligence = await openIntelligence(data);
  const world = await openWorld(data, intelligence);
  const description = values.describe ? createDescription(intelligence.lookUp) : undefined;
  for (const events of simulate(world, options)) {
    for (const event of events) description?.add(event);
    const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
  if (description !== undefined) console.error(description.text());
  return 0;
}

/** Lists are read as if they were fresh: what a list says does not depend on when the stream is made. */
function openIntelligence({ cityDb, asnDb, threatDir }: Data): Promise<NetworkIntelligence> {
  return createNetworkIntelligence({ cityDb, asnDb, threatDirs: [threatDir], now: () => 0 });
}

async function openWorld(
  { cityDb, asnDb, threatDir }: Data,
  intelligence: NetworkIntelligence,
): Promise<World> {
  const lists = [...(await readLists(packagedListsDirectory())), ...(await readLists(threatDir))];
  const asns = new Set([
    ...ACCESS_NETWORKS.map(({ asn }) => asn),
    ...lists.flatMap((list) => [...list.asns]),
  ]);
  const known = await openKnownRanges({ cityDb, asnDb }, asns);
  const listed = listedRanges(lists, ['vpn', 'hosting']);
  return buildWorld({
    lookUp: intelligence.lookUp,
    *ranges() {
      yield* known;
      yield* listed;
    },
    torRanges: listedRanges(lists, ['tor_exit']),
  });
}

function wholeNumber(text: string, option: string, least = 1): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < least)
    throw new Error(`${option} takes a whole number from ${least} on`);
  return value;
}

function midnight(text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(at))
    throw new Error('--start takes a date: 2026-01-05');
  return at;
}

// A reader that has seen enough (`head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
runCommand(main);
