/**
 * The stream, day by day: every user lives the day, attackers act, and the day's events leave in time order.
 * Never holds more than a day of events and what reaches over midnight.
 */
import { drawAddress } from './addresses';
import { planAttacks, victimsAmong } from './attack-plan';
import { COUNTRIES } from './countries';
import type { Point } from './geometry';
import type { DraftEvent, LabelledEvent } from './labelled-event';
import { createRandom, type Random } from './random';
import { createUser, type Office, type User } from './user';
import { liveDay, type Lived } from './user-day';
import { blocksNear, pickProvider, type World } from './world';

export interface SimulationOptions {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  /** Of each class of attackers. */
  readonly attacksPerClass: number;
  /** Attackers with a copied fingerprint pass as the trusted device. */
  readonly attackersHoldTokens: boolean;
  /** Midnight (UTC) of the first day, epoch ms. */
  readonly startAt: number;
}

const DAY_MS = 86_400_000;
/** Monday. */
export const DEFAULT_START_AT = Date.UTC(2026, 0, 5);
const USERS_PER_HUB = 60;
const USERS_PER_OFFICE = 40;
const OFFICE_KM = 15;
/** User-days for each attack of a class: 500 attacks in 1,500 users × 180 days. */
const USER_DAYS_PER_ATTACK = 540;
export const MOST_ATTACKS_BY_DEFAULT = 500;

/** As many attacks of each class as a stream of this size bears. */
export function defaultAttacksPerClass(users: number, days: number): number {
  return Math.max(1, Math.min(MOST_ATTACKS_BY_DEFAULT, Math.floor((users * days) / USER_DAYS_PER_ATTACK)));
}

/** The events of one day after the other, each in time order. The same for the same world and options. */
export function* simulate(world: World, options: SimulationOptions): Generator<readonly LabelledEvent[]> {
  const users = createPopulation(world, options);
  const plan = planAttacks({ ...options, holdTokens: options.attackersHoldTokens });
  let pending: DraftEvent[] = [];
  let emitted = 0;
  for (let number = 0; number < options.days; number += 1) {
    const day = { number, midnight: options.startAt + number * DAY_MS, world };
    const lived: Lived = { events: pending, completed: [] };
    const victims = victimsAmong(users);
    for (const user of users) liveDay(user, day, lived);
    lived.events.push(...plan.attacksOn(day, victims, lived));
    const end = number === options.days - 1 ? Infinity : day.midnight + DAY_MS;
    // Array sort is stable: events of the same millisecond stay in the order in which they were made.
    const sorted = lived.events.sort((a, b) => a.at - b.at);
    const cut = sorted.findIndex(({ at }) => at >= end);
    const today = cut < 0 ? sorted : sorted.slice(0, cut);
    pending = cut < 0 ? [] : sorted.slice(cut);
    yield today.map((draft, index) => numbered(draft, emitted + index));
    emitted += today.length;
  }
}

function numbered({ at, ...draft }: DraftEvent, index: number): LabelledEvent {
  return { id: `e${String(index + 1).padStart(7, '0')}`, at: new Date(at).toISOString(), ...draft };
}

function createPopulation(world: World, { seed, users, days }: SimulationOptions): readonly User[] {
  const random = createRandom(seed, 'towns');
  const countries = populatedCountries(world);
  const hubs = new Map<string, readonly Point[]>();
  const offices: Office[] = [];
  for (const { country, residents } of countries) {
    const towns = townsOf(world, country, { count: Math.ceil((users * residents) / USERS_PER_HUB), random });
    if (towns.length === 0) continue;
    hubs.set(country, towns);
    const count = Math.ceil((users * residents) / USERS_PER_OFFICE);
    offices.push(...officesOf(world, { country, towns, count }, random));
  }
  if (hubs.size === 0) throw new Error('the network data hold no country with access lines');
  const settlement = { world, seed, days, offices, hubs };
  return Array.from({ length: users }, (_, index) => createUser(settlement, index));
}

/** Where users live with their share; every country of the data when none of ours is in them. */
function populatedCountries(world: World): readonly { country: string; residents: number }[] {
  const known = COUNTRIES.filter(({ code, residents }) => residents > 0 && world.providers.has(code));
  const total = known.reduce((sum, { residents }) => sum + residents, 0);
  if (total > 0) return known.map(({ code, residents }) => ({ country: code, residents: residents / total }));
  return [...world.providers.keys()].map((country) => ({ country, residents: 1 / world.providers.size }));
}

/** Towns by where a provider has lines: many lines, many people. */
function townsOf(
  world: World,
  country: string,
  { count, random }: { count: number; random: Random },
): readonly Point[] {
  const towns: Point[] = [];
  for (let town = 0; town < count; town += 1) {
    const provider = pickProvider(world, { country, kind: 'fixed' }, random);
    const blocks = provider?.ipv4.length ? provider.ipv4 : (provider?.ipv6 ?? []);
    if (blocks.length > 0) towns.push(random.pick(blocks));
  }
  return towns;
}

/** Offices stand in the towns; each has its own static addresses. */
function officesOf(
  world: World,
  site: { country: string; towns: readonly Point[]; count: number },
  random: Random,
): readonly Office[] {
  return Array.from({ length: site.count }, (_, index): Office => {
    const town = site.towns[index % site.towns.length] ?? random.pick(site.towns);
    const provider = pickProvider(world, { country: site.country, kind: 'fixed' }, random);
    const lines = provider?.ipv4.length ? provider.ipv4 : (provider?.ipv6 ?? []);
    const from = random.pick(blocksNear(lines, town, { km: OFFICE_KM, limit: 1, random }));
    const addresses = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => drawAddress(from, random));
    return { country: site.country, point: from, addresses };
  });
}
