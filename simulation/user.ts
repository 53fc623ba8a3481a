/** One user of the population: habits, lines, devices. What changes in it, changes day by day. */
import { COUNTRIES, utcOffsetMinutes } from './countries';
import { createDevices, type Device } from './device';
import { drawRate, type Rhythm } from './habits';
import { createHomeLine, createMobileLine, type HomeLine, type MobileLine, type Spot } from './lines';
import { chordKm, type Point } from './geometry';
import { createRandom, type Random } from './random';
import type { Trip } from './trip';
import type { VpnHabit } from './vpn';
import type { World } from './world';
import { createVpnHabit } from './vpn';

/** A company's site: one or two addresses for everybody in it. */
export interface Office {
  readonly country: string;
  readonly point: Point;
  readonly addresses: readonly string[];
}

export interface User {
  readonly id: string;
  readonly random: Random;
  readonly joinDay: number;
  readonly rhythm: Rhythm;
  readonly signInsPerDay: number;
  readonly utcOffsetMinutes: number;
  readonly tripsPerDay: number;
  /** Of the sign-ins: from private windows, which keep no device token. */
  readonly privateShare: number;
  readonly office: Office | undefined;
  /** Goes there; else works elsewhere, perhaps through its network. */
  readonly commutes: boolean;
  readonly usesOfficeVpn: boolean;
  readonly vpn: VpnHabit | undefined;
  home: HomeLine;
  /** Since they live there: who always uses a VPN never shows it. */
  hasUsedHomeLine: boolean;
  mobile: MobileLine | undefined;
  /** Cafés, friends, libraries: networks that the user returns to. */
  haunts: Spot[];
  devices: Device[];
  isOfficeDay: boolean;
  isVpnDay: boolean;
  trip?: Trip | undefined;
  /** Completed by the user, if nothing blocked them. */
  completedSignIns: number;
  /** Of the last completed sign-in. */
  lastDevice?: Device;
  /** Addresses used, the newest last. */
  readonly recentIps: string[];
}

export interface Settlement {
  readonly world: World;
  readonly seed: number;
  readonly days: number;
  readonly offices: readonly Office[];
  /** By country: where most users live. */
  readonly hubs: ReadonlyMap<string, readonly Point[]>;
}

const EXISTING_SHARE = 0.7;
const WORKER_SHARE = 0.65;
const HUB_SHARE = 0.7;
const HUB_KM = 40;
const OFFICE_SHARE = 0.7;
const COMMUTE_KM = 60;
const OFFICE_VPN_SHARE = 0.4;
const TRAVELLER_SHARE = 0.12;
const TRIPS_PER_YEAR = { traveller: 16, other: 3.5 } as const;
const PRIVATE_USERS = 0.03;
const PRIVATE_SHARE = 0.35;
const PRIVATE_SHARE_OF_OTHERS = 0.004;

/** A user; the same for the same seed, number and data. */
export function createUser(settlement: Settlement, index: number): User {
  const { world, seed, days } = settlement;
  const random = createRandom(seed, `user/${index}`);
  const home = chooseHome(settlement, random);
  const rhythm: Rhythm = random.chance(WORKER_SHARE) ? 'worker' : 'consumer';
  const office =
    rhythm === 'worker' && random.chance(OFFICE_SHARE) ? nearestOffice(settlement, home) : undefined;
  const commutes = office !== undefined && chordKm(office.point, home.place) <= COMMUTE_KM;
  const isTraveller = random.chance(TRAVELLER_SHARE);
  return {
    id: `user-${String(index + 1).padStart(4, '0')}`,
    random,
    joinDay: random.chance(EXISTING_SHARE) ? 0 : random.below(days),
    rhythm,
    signInsPerDay: drawRate(random),
    utcOffsetMinutes: utcOffsetMinutes(home.provider.country, home.place.longitude),
    tripsPerDay: (isTraveller ? TRIPS_PER_YEAR.traveller : TRIPS_PER_YEAR.other) / 365,
    privateShare: random.chance(PRIVATE_USERS) ? PRIVATE_SHARE : PRIVATE_SHARE_OF_OTHERS,
    office,
    commutes,
    usesOfficeVpn: !commutes && random.chance(OFFICE_VPN_SHARE),
    vpn: createVpnHabit(world, home.provider.country, random),
    home,
    hasUsedHomeLine: false,
    mobile: createMobileLine(world, home, random),
    haunts: [],
    devices: createDevices(random),
    isOfficeDay: false,
    isVpnDay: false,
    completedSignIns: 0,
    recentIps: [],
  };
}

/** Most live around a few towns, others anywhere in the country. */
function chooseHome({ world, hubs }: Settlement, random: Random): HomeLine {
  const residents = COUNTRIES.filter(({ code, residents: weight }) => weight > 0 && hubs.has(code));
  const country =
    residents.length > 0
      ? random.pickBy(residents, (candidate) => candidate.residents).code
      : random.pick([...hubs.keys()]);
  const isNearHub = random.chance(HUB_SHARE);
  const near = isNearHub ? random.pick(hubs.get(country) ?? []) : undefined;
  const home = createHomeLine(world, { country, near, km: HUB_KM }, random);
  if (home === undefined) throw new Error(`nobody sells lines in ${country}`);
  return home;
}

function nearestOffice({ offices }: Settlement, home: HomeLine): Office | undefined {
  const inCountry = offices.filter(({ country }) => country === home.provider.country);
  return inCountry.reduce<Office | undefined>(
    (best, office) =>
      best === undefined || chordKm(office.point, home.place) < chordKm(best.point, home.place)
        ? office
        : best,
    undefined,
  );
}
