/** Which network and which device a user signs in with at a time. */
import { drawAddress } from './addresses';
import { createDevice, type Device } from './device';
import { localHourAt } from './habits';
import { homeSpot, mobileSpot, type Spot } from './lines';
import type { Random } from './random';
import { isAway } from './trip';
import type { Office, User } from './user';
import { goesThroughVpn, vpnSpot } from './vpn';
import { blocksNear, pickProvider, type World } from './world';

export interface Whereabouts {
  readonly device: Device;
  readonly spot: Spot;
}

type Context = 'home' | 'mobile' | 'office' | 'elsewhere' | 'hotel' | 'around';

export interface Moment {
  readonly world: World;
  readonly at: number;
  /** Of the stream. */
  readonly day: number;
}

type Weights = readonly (readonly [Context, number])[];

const AT_OFFICE: Weights = [
  ['office', 71],
  ['mobile', 24],
  ['elsewhere', 5],
];
const BY_DAY: Weights = [
  ['home', 61],
  ['mobile', 31],
  ['elsewhere', 8],
];
const BY_NIGHT: Weights = [
  ['home', 73],
  ['mobile', 22],
  ['elsewhere', 5],
];
const ON_TRIP: Weights = [
  ['hotel', 48],
  ['mobile', 36],
  ['around', 16],
];
const OFFICE_HOURS = { from: 8, to: 18 } as const;
const DAY_HOURS = { from: 8, to: 20 } as const;
/** A computer on the phone's connection. */
const TETHERING_SHARE = 0.05;
const PHONE_IN_OFFICE_SHARE = 0.2;
const BORROWED_SHARE = 0.003;
const HAUNTS = 3;
const NEW_HAUNT_SHARE = 0.5;
const HAUNT_KM = 40;

/** Draws both; the device fits the place (no desktop in a café). */
export function whereaboutsOf(user: User, moment: Moment): Whereabouts {
  const context = contextOf(user, moment.at);
  const device = deviceFor(user, context);
  return { device, spot: spotFor(user, { context, device, moment }) };
}

function contextOf(user: User, at: number): Context {
  const { random, trip } = user;
  const pick = (weights: Weights): Context => random.pickBy(weights, ([, weight]) => weight)[0];
  const isOut = trip !== undefined && isAway(trip, at);
  const { hour, isWeekend } = localHourAt(at, user.utcOffsetMinutes);
  const isWorkTime = !isWeekend && hour >= OFFICE_HOURS.from && hour < OFFICE_HOURS.to;
  const context = isOut
    ? pick(ON_TRIP)
    : isWorkTime && user.isOfficeDay
      ? pick(AT_OFFICE)
      : pick(hour >= DAY_HOURS.from && hour < DAY_HOURS.to ? BY_DAY : BY_NIGHT);
  return context === 'mobile' && user.mobile === undefined ? (isOut ? 'hotel' : 'home') : context;
}

function deviceFor(user: User, context: Context): Device {
  const { random, devices } = user;
  if (random.chance(BORROWED_SHARE)) return createDevice('computer', 0, random);
  const wanted = devices.filter((device) => device.form !== 'computer' || device.isPortable);
  const fitting = context === 'home' ? devices : wanted.filter(preferenceIn(context, user));
  const choice = fitting.length > 0 ? fitting : wanted.length > 0 ? wanted : devices;
  return random.pickBy(choice, ({ weight }) => weight);
}

function preferenceIn(context: Context, { random }: User): (device: Device) => boolean {
  if (context === 'mobile') {
    const tethers = random.chance(TETHERING_SHARE);
    return ({ form }) => (form === 'computer') === tethers;
  }
  if (context !== 'office') return () => true;
  const usesPhone = random.chance(PHONE_IN_OFFICE_SHARE);
  return ({ form }) => (form === 'phone') === usesPhone;
}

function spotFor(user: User, drawn: { context: Context; device: Device; moment: Moment }): Spot {
  const { random, office, mobile, trip, vpn } = user;
  const { context, device, moment } = drawn;
  if (context === 'office' && office !== undefined) return officeSpot(office, random);
  if (vpn !== undefined && user.isVpnDay && goesThroughVpn(random)) return vpnSpot(vpn, random);
  const isAtWork = device.form === 'computer' && user.rhythm === 'worker';
  if (user.usesOfficeVpn && office !== undefined && isAtWork) return officeSpot(office, random);
  switch (context) {
    case 'mobile':
      return mobile === undefined ? atHome(user, device, moment) : mobileSpot(mobile, moment.at, random);
    case 'hotel':
      return random.pick(trip?.hotel ?? []);
    case 'around': {
      const block = random.pick(trip?.around ?? []);
      return { ip: drawAddress(block, random), point: block, isMasked: false };
    }
    case 'elsewhere':
      return elsewhereSpot(user, moment.world);
    case 'office':
    case 'home':
      return atHome(user, device, moment);
  }
}

function atHome(user: User, device: Device, { day }: Moment): Spot {
  user.hasUsedHomeLine = true;
  return homeSpot(user.home, device, { day, random: user.random });
}

function officeSpot({ addresses, point }: Office, random: Random): Spot {
  return { ip: random.pick(addresses), point, isMasked: false };
}

/** One of the networks that the user returns to, or one never seen again. */
function elsewhereSpot(user: User, world: World): Spot {
  const { random, haunts, home } = user;
  const isKnown = haunts.length >= HAUNTS || (haunts.length > 0 && !random.chance(NEW_HAUNT_SHARE));
  if (isKnown && !random.chance(NEW_HAUNT_SHARE)) return random.pick(haunts);
  const provider = pickProvider(world, { country: home.provider.country, kind: 'fixed' }, random);
  const blocks = provider?.ipv4.length ? provider.ipv4 : home.ipv4;
  const [block = home.block] = blocksNear(blocks, home.place, { km: HAUNT_KM, limit: 1, random });
  const spot = { ip: drawAddress(block, random), point: block, isMasked: false };
  if (haunts.length < HAUNTS) haunts.push(spot);
  return spot;
}
