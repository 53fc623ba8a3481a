/** What a user does in a day: changes of life first, then sign-ins hour by hour. */
import { createDevice, newFingerprint, type Device } from './device';
import { chanceInHour, localHourAt } from './habits';
import type { DraftEvent } from './labelled-event';
import { createHomeLine, createMobileLine, renewLease, type Spot } from './lines';
import { isAway, isTravelling, planTrip } from './trip';
import type { User } from './user';
import { userAgentOn } from './user-agents';
import { whereaboutsOf } from './whereabouts';
import type { World } from './world';

/** A day of the stream; `midnight` is epoch ms. */
export interface Day {
  readonly number: number;
  readonly midnight: number;
  readonly world: World;
}

/** A sign-in that its user completed: what an attacker can watch. */
export interface Completed {
  readonly user: User;
  readonly at: number;
  readonly device: Device;
  readonly spot: Spot;
}

export interface Lived {
  readonly events: DraftEvent[];
  readonly completed: Completed[];
}

const HOUR_MS = 3_600_000;
const OFFICE_DAY_SHARE = 0.65;
const CHURN_PER_DAY = 1 / 150;
const NEW_DEVICE_PER_DAY = 1 / 400;
const LOST_TOKEN_PER_DAY = 1 / 220;
const MOVES_PER_DAY = 1 / (365 * 7);
const MAX_DEVICES = 6;
const VACATION_SHARE = 0.4;
const TYPO_SHARE = 0.075;
const SECOND_TYPO_SHARE = 0.25;
const FORGOTTEN_SHARE = 0.004;
const FORGOTTEN_GIVES_UP = 0.35;
const SECOND_APPLICATION_SHARE = 0.18;
const MFA_FAIL_SHARE = 0.008;
const MFA_ABANDON_SHARE = 0.02;
const RECENT_IPS = 64;
const APPLICATIONS: readonly (readonly [clientId: string, weight: number])[] = [
  ['app-mail', 40],
  ['app-wiki', 20],
  ['app-crm', 15],
  ['app-shop', 12],
  ['app-tickets', 8],
  ['app-payroll', 5],
];

/** Adds what one user does on a day to `lived`. */
export function liveDay(user: User, day: Day, lived: Lived): void {
  if (day.number < user.joinDay) return;
  changeLife(user, day);
  for (let hour = 0; hour < 24; hour += 1) {
    const start = day.midnight + hour * HOUR_MS;
    const local = localHourAt(start, user.utcOffsetMinutes);
    const onVacation = user.trip?.isVacation === true && isAway(user.trip, start);
    const rate = user.signInsPerDay * (onVacation ? VACATION_SHARE : 1);
    // A new account is used at once: its first sign-in is why it exists.
    const isFirstDay = user.completedSignIns === 0 && local.hour >= 9;
    if (!user.random.chance(isFirstDay ? 0.3 : chanceInHour(user.rhythm, rate, local))) continue;
    const at = start + user.random.below(HOUR_MS);
    if (user.trip === undefined || !isTravelling(user.trip, at)) signIn(user, { at, day }, lived);
  }
}

function changeLife(user: User, { world, number, midnight }: Day): void {
  const { random } = user;
  renewLease(user.home, random);
  const { isWeekend } = localHourAt(midnight + 12 * HOUR_MS, user.utcOffsetMinutes);
  user.isOfficeDay = user.commutes && !isWeekend && random.chance(OFFICE_DAY_SHARE);
  user.isVpnDay = user.vpn !== undefined && random.chance(user.vpn.share);
  for (const device of user.devices) {
    if (random.chance(CHURN_PER_DAY)) device.fingerprint = newFingerprint(random);
    if (random.chance(LOST_TOKEN_PER_DAY)) device.hasLostToken = true;
  }
  if (random.chance(NEW_DEVICE_PER_DAY)) replaceDevice(user);
  if (random.chance(MOVES_PER_DAY)) moveHome(user, world);
  if (user.trip !== undefined && user.trip.backAt < midnight) user.trip = undefined;
  if (user.trip === undefined && number > user.joinDay && random.chance(user.tripsPerDay)) {
    user.trip = planTrip(world, user, midnight);
  }
}

/** A new machine takes the place of an old one of its kind, or joins the others. */
function replaceDevice(user: User): void {
  const { random, devices } = user;
  const old = random.pick(devices);
  const device = createDevice(old.form, old.weight, random);
  const staysBeside = devices.length < MAX_DEVICES && random.chance(0.3);
  user.devices = [...devices.filter((other) => staysBeside || other !== old), device];
}

function moveHome(user: User, world: World): void {
  const { random, home } = user;
  const near = random.chance(0.7) ? home.place : undefined;
  const moved = createHomeLine(world, { country: home.provider.country, near, km: 30 }, random);
  if (moved === undefined) return;
  user.home = moved;
  user.hasUsedHomeLine = false;
  user.mobile = createMobileLine(world, moved, random) ?? user.mobile;
  user.haunts = [];
}

interface When {
  readonly at: number;
  readonly day: Day;
}

function signIn(user: User, { at, day }: When, lived: Lived): void {
  const { random } = user;
  const { device, spot } = whereaboutsOf(user, { world: day.world, at, day: day.number });
  const isPrivate = random.chance(user.privateShare);
  const [clientId] = random.pickBy(APPLICATIONS, ([, weight]) => weight);
  const draft: DraftEvent = {
    at,
    userId: user.id,
    clientId,
    ip: spot.ip,
    userAgent: userAgentOn(device.agent, day.number),
    fingerprint: device.fingerprint,
    outcome: 'ok',
    mfa: 'pass',
    ...(isPrivate && { holdsDeviceToken: false }),
    label: 'legitimate',
  };
  // A browser whose cookies are gone gets a new token by MFA, and has it again in the next application.
  const first: DraftEvent = { ...draft, ...(device.hasLostToken && { holdsDeviceToken: false }) };
  const okAt = failFirst(user, first, lived);
  if (okAt === undefined) return;
  complete(user, { ...first, at: okAt, mfa: mfaOutcome(user) }, { device, spot, lived });
  device.hasLostToken = false;
  if (!random.chance(SECOND_APPLICATION_SHARE)) return;
  const [other] = random.pickBy(APPLICATIONS, ([, weight]) => weight);
  const later = okAt + random.between(20_000, 25 * 60_000);
  complete(user, { ...draft, at: later, clientId: other, mfa: mfaOutcome(user) }, { device, spot, lived });
}

/** Wrong passwords before the right one; when the right one comes, or undefined when it never does. */
function failFirst(user: User, draft: DraftEvent, lived: Lived): number | undefined {
  const { random } = user;
  const isForgotten = random.chance(FORGOTTEN_SHARE);
  let failures = isForgotten ? random.between(3, 8) : 0;
  if (!isForgotten && random.chance(TYPO_SHARE)) failures = random.chance(SECOND_TYPO_SHARE) ? 2 : 1;
  let { at } = draft;
  for (let failure = 0; failure < failures; failure += 1) {
    lived.events.push({ ...draft, at, outcome: 'failed_first_factor' });
    at += random.between(6_000, isForgotten ? 45_000 : 25_000);
  }
  if (!isForgotten) return at;
  // A reset by e-mail takes minutes.
  return random.chance(FORGOTTEN_GIVES_UP) ? undefined : at + random.between(2, 12) * 60_000;
}

function mfaOutcome({ random }: User): DraftEvent['mfa'] {
  if (random.chance(MFA_FAIL_SHARE)) return 'fail';
  return random.chance(MFA_ABANDON_SHARE) ? 'abandon' : 'pass';
}

function complete(
  user: User,
  event: DraftEvent,
  { device, spot, lived }: { device: Device; spot: Spot; lived: Lived },
): void {
  lived.events.push(event);
  user.recentIps.push(event.ip);
  if (user.recentIps.length > RECENT_IPS) user.recentIps.shift();
  if (event.mfa !== 'pass') return;
  user.completedSignIns += 1;
  // As it is now: tomorrow its fingerprint may be another.
  user.lastDevice = { ...device };
  lived.completed.push({ user, at: event.at, device: user.lastDevice, spot });
}
