/** Trips: when a user is away, where, and through which networks they sign in there. */
import { drawAddress } from './addresses';
import { COUNTRIES } from './countries';
import { chordKm } from './geometry';
import type { Spot } from './lines';
import type { Random } from './random';
import type { User } from './user';
import { blocksNear, pickProvider, sample, type Block, type World } from './world';

export interface Trip {
  /** Nobody signs in on the way: from `leavesAt` to `arrivesAt` and from `departsAt` to `backAt` (epoch ms). */
  readonly leavesAt: number;
  readonly arrivesAt: number;
  readonly departsAt: number;
  readonly backAt: number;
  /** Fewer sign-ins than at home. */
  readonly isVacation: boolean;
  /** The addresses of the hotel's Wi-Fi, and those of others around it. */
  readonly hotel: readonly Spot[];
  readonly around: readonly Block[];
}

const MS_PER_HOUR = 3_600_000;
const HOURS_PER_DAY = 24;
const ABROAD_SHARE = 0.4;
const VACATION_SHARE = 0.45;
const BUSINESS_DAYS = [1, 5] as const;
const VACATION_DAYS = [5, 14] as const;
/** Door to door: some hours, and a slow airliner. */
const TRAVEL_HOURS = 3;
const TRAVEL_KMH = 600;
const NEAREST_TRIP_KM = 120;
const TRIES = 8;

/** Plans a trip from the morning of a day on (epoch ms of its midnight, UTC); undefined when nowhere to go is found. */
export function planTrip(world: World, user: User, midnight: number): Trip | undefined {
  const { random } = user;
  const block = destination(world, user);
  if (block === undefined) return undefined;
  const isVacation = random.chance(VACATION_SHARE);
  const days = isVacation ? random.between(...VACATION_DAYS) : random.between(...BUSINESS_DAYS);
  const travelHours = TRAVEL_HOURS + Math.ceil(chordKm(user.home.place, block) / TRAVEL_KMH);
  const leavesAt = midnight + random.between(5, 16) * MS_PER_HOUR;
  const departsAt = leavesAt + (days * HOURS_PER_DAY + travelHours) * MS_PER_HOUR;
  const around = surroundingsOf(world, block, random);
  return {
    leavesAt,
    arrivesAt: leavesAt + travelHours * MS_PER_HOUR,
    departsAt,
    backAt: departsAt + travelHours * MS_PER_HOUR,
    isVacation,
    hotel: hotelOf(block, random),
    around,
  };
}

/** Whether the user is on the way somewhere. */
export function isTravelling(trip: Trip, at: number): boolean {
  return (at >= trip.leavesAt && at < trip.arrivesAt) || (at >= trip.departsAt && at < trip.backAt);
}

/** Whether the user is at the destination. */
export function isAway(trip: Trip, at: number): boolean {
  return at >= trip.arrivesAt && at < trip.departsAt;
}

function destination(world: World, user: User): Block | undefined {
  const { random, home } = user;
  const abroad = COUNTRIES.filter(
    ({ code, visitors }) => visitors > 0 && code !== home.provider.country && world.providers.has(code),
  );
  const isAbroad = abroad.length > 0 && random.chance(ABROAD_SHARE);
  const country = isAbroad ? random.pickBy(abroad, ({ visitors }) => visitors).code : home.provider.country;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const blocks = pickProvider(world, { country, kind: 'fixed' }, random)?.ipv4 ?? [];
    if (blocks.length === 0) continue;
    const block = random.pick(blocks);
    if (chordKm(block, home.place) >= NEAREST_TRIP_KM) return block;
  }
  return undefined;
}

/** A hotel has one line, seldom two. */
function hotelOf(block: Block, random: Random): readonly Spot[] {
  const lines = random.chance(0.25) ? 2 : 1;
  return Array.from({ length: lines }, () => ({
    ip: drawAddress(block, random),
    point: block,
    isMasked: false,
  }));
}

/** Cafés and customers around the hotel: lines of any provider there. */
function surroundingsOf(world: World, place: Block, random: Random): readonly Block[] {
  const providers = (world.providers.get(place.country) ?? []).filter(({ kind }) => kind !== 'mobile');
  const blocks = providers.flatMap(({ ipv4 }) =>
    ipv4.length > 0 ? blocksNear(ipv4, place, { km: 30, limit: 6, random }) : [],
  );
  const near = blocks.filter((block) => chordKm(block, place) <= 60);
  return near.length > 0 ? sample(near, 12, random) : [place];
}
