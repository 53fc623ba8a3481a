/** The browsers of a user: one browser on one machine is one device, as the product counts them. */
import type { Random } from './random';
import { BROWSER_SHARES, type Agent, type Platform } from './user-agents';

export interface Device {
  readonly agent: Agent;
  readonly form: 'computer' | 'phone' | 'tablet';
  /** Taken to the office and on trips; a desktop machine is not. */
  readonly isPortable: boolean;
  /** Relative share of the user's sign-ins. */
  readonly weight: number;
  /** Changes with the browser profile, never with its version. */
  fingerprint: string;
  /** Cookies deleted since the last sign-in: the next one shows no device token. */
  hasLostToken: boolean;
  /** The temporary IPv6 interface of the day, by the /64 that it is in. */
  ipv6?: { readonly day: number; readonly subnet: string; readonly address: string };
}

const FORMS: readonly (readonly [form: Device['form'], platform: Platform, weight: number])[] = [
  ['computer', 'windows', 60],
  ['computer', 'mac', 24],
  ['computer', 'linux', 4],
  ['phone', 'android', 52],
  ['phone', 'iphone', 48],
  ['tablet', 'ipad', 70],
  ['tablet', 'android', 30],
];
/** How many devices: one to four. */
const COUNTS: readonly (readonly [count: number, weight: number])[] = [
  [1, 25],
  [2, 45],
  [3, 20],
  [4, 10],
];
const ORDER: readonly Device['form'][] = ['computer', 'phone', 'computer', 'tablet'];
const WEIGHTS = [100, 60, 20, 15] as const;
const DESKTOP_SHARE = 0.25;
/** Some who own one device only own a phone. */
const PHONE_ONLY_SHARE = 0.35;
const MAX_LAG_DAYS = 12;
/** Devices whose owner never updates: months behind. */
const LAGGARD_SHARE = 0.06;
const LAGGARD_DAYS = 150;

/** The devices that a user has at the start, the most used first. */
export function createDevices(random: Random): Device[] {
  const [count] = random.pickBy(COUNTS, ([, weight]) => weight);
  const isPhoneFirst = random.chance(count === 1 ? PHONE_ONLY_SHARE : 0.3);
  return Array.from({ length: count }, (_, index) => {
    const form = isPhoneFirst && index < 2 ? (index === 0 ? 'phone' : 'computer') : (ORDER[index] ?? 'phone');
    return createDevice(form, WEIGHTS[index] ?? 10, random);
  });
}

/** A device out of the box. */
export function createDevice(form: Device['form'], weight: number, random: Random): Device {
  const [, platform] = random.pickBy(
    FORMS.filter((row) => row[0] === form),
    (row) => row[2],
  );
  const [browser] = random.pickBy(BROWSER_SHARES[platform], ([, share]) => share);
  const lagDays = random.chance(LAGGARD_SHARE) ? random.below(LAGGARD_DAYS) : random.below(MAX_LAG_DAYS);
  return {
    agent: { platform, browser, lagDays },
    form,
    isPortable: form !== 'computer' || !random.chance(DESKTOP_SHARE),
    weight,
    fingerprint: newFingerprint(random),
    hasLostToken: false,
  };
}

/** 128 bits, as fingerprint libraries give them: nobody else has it. */
export function newFingerprint(random: Random): string {
  return [0, 1, 2, 3].map(() => random.word().toString(16).padStart(8, '0')).join('');
}
