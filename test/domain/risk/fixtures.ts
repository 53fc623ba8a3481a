/** One user as the risk tests know her: a trusted device at home in New York, ten completed sign-ins. */
import { assess } from '../../../domain/risk/assess';
import type { Assessment, SignalCode } from '../../../domain/risk/assessment';
import type { Coordinates, NetworkFacts, SignInFacts } from '../../../domain/risk/facts';
import { FEATURES } from '../../../domain/risk/likelihood/features';
import type { Population } from '../../../domain/risk/likelihood/population';
import type { KnownDevice, KnownNetwork, RiskProfile } from '../../../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import type { RiskSettings } from '../../../domain/risk/settings';

export const NOW = Date.UTC(2026, 5, 1, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const NEW_YORK: Coordinates = { latitude: 40.7128, longitude: -74.006, radiusKm: 20 };
export const CHICAGO: Coordinates = { latitude: 41.8781, longitude: -87.6298, radiusKm: 20 };
export const TOKYO: Coordinates = { latitude: 35.6762, longitude: 139.6503, radiusKm: 20 };

export const HOME_DEVICE: KnownDevice = {
  key: 'device-home',
  firstSeenAt: NOW - 90 * DAY,
  lastSeenAt: NOW - DAY,
  lastMfaAt: NOW - 10 * DAY,
  trustedUntil: NOW + 20 * DAY,
  browserFamily: 'Firefox',
  osFamily: 'Linux',
  signIns: 10,
};

export const HOME_NETWORK: KnownNetwork = {
  ipKey: 'ip-home',
  prefixKey: 'prefix-home',
  asn: 7018,
  country: 'US',
  lastSeenAt: NOW - DAY,
  signIns: 10,
};

export const PROFILE: RiskProfile = {
  version: 1,
  completedSignIns: 10,
  devices: [HOME_DEVICE],
  networks: [HOME_NETWORK],
  places: [{ ...NEW_YORK, country: 'US', region: 'NY', lastSeenAt: NOW - DAY }],
  lastSignIn: { at: NOW - DAY, ipKey: 'ip-home', coordinates: NEW_YORK, masked: false },
};

export const HOME: NetworkFacts = {
  asn: 7018,
  country: 'US',
  region: 'NY',
  coordinates: NEW_YORK,
  classes: [],
  staleClasses: [],
};

/** The trusted device at home. */
export const FACTS: SignInFacts = {
  deviceKey: 'device-home',
  ipKey: 'ip-home',
  prefixKey: 'prefix-home',
  deviceTrust: { kind: 'held', trustedUntil: NOW + 20 * DAY },
  network: HOME,
  agent: { browserFamily: 'Firefox', osFamily: 'Linux', isBot: false },
  failures: { sameFingerprint: 0, otherFingerprints: 0, accountsFromIp: 0 },
};

export const NEW_DEVICE = { deviceKey: 'device-new', deviceTrust: { kind: 'none' } } as const;
/** An address the databases place at home, in an ASN the user never used. */
export const NEW_IP = { ipKey: 'ip-new', prefixKey: 'prefix-new', network: { ...HOME, asn: 64500 } } as const;
export const IN_TOKYO = {
  ...NEW_IP,
  network: { ...HOME, asn: 2516, country: 'JP', region: '13', coordinates: TOKYO },
} as const;

export function failures(sameFingerprint: number): Pick<SignInFacts, 'failures'> {
  return { failures: { ...FACTS.failures, sameFingerprint } };
}

/** `base` (home unless given) with these fields of its network changed. */
export function network(change: Partial<NetworkFacts>, base: NetworkFacts = HOME): { network: NetworkFacts } {
  return { network: { ...base, ...change } };
}

export function settings(change: Partial<RiskSettings>): RiskSettings {
  return { ...DEFAULT_RISK_SETTINGS, ...change };
}

interface Situation {
  readonly facts?: Partial<SignInFacts>;
  /** Changes to the known user's profile; an empty one needs `assess` itself. */
  readonly profile?: Partial<RiskProfile>;
  readonly settings?: RiskSettings;
}

export function assessSignIn(situation: Situation): Assessment {
  return assess({
    profile: { ...PROFILE, ...situation.profile },
    facts: { ...FACTS, ...situation.facts },
    settings: situation.settings ?? DEFAULT_RISK_SETTINGS,
    now: NOW,
  });
}

export function scoreOfSignIn(situation: Situation): number {
  const assessment = assessSignIn(situation);
  if (assessment.kind !== 'scored') throw new Error('expected a score');
  return assessment.score;
}

/** Points by signal code; a code that did not fire is absent. */
export function pointsOfSignIn(situation: Situation): Partial<Record<SignalCode, number>> {
  const assessment = assessSignIn(situation);
  if (assessment.kind !== 'scored') throw new Error('expected a score');
  return Object.fromEntries(assessment.signals.map(({ code, points }) => [code, points]));
}

/** A copy of `value` that lacks these fields. */
export function without<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> {
  const left = Object.entries(value).filter(([name]) => !keys.some((key) => key === name));
  return Object.fromEntries(left) as unknown as Omit<Value, Key>;
}

/** 9,900 sign-ins; each value of the sign-in was seen `count` times among 99 different ones. */
export function population(count = 99, observations = 9_900): Population {
  const counts = Object.fromEntries(FEATURES.map((feature) => [feature, { count, distinct: 99 }]));
  return { observations, counts: counts as Population['counts'] };
}
