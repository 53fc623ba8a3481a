/**
 * The numbers of the rule score: thresholds, points per signal, which signals demand MFA by themselves.
 * A weight that is not a sane number never counts: the default takes its place.
 */
import type { SignalCode } from './assessment';
import type { LikelihoodThresholds } from './likelihood/likelihood';

/** When an address counts as new: any unseen one, unseen unless the user's network rotates addresses, unseen ASN. */
export const IP_MATCH_MODES = ['exact', 'adaptive', 'asn'] as const;
export type IpMatch = (typeof IP_MATCH_MODES)[number];

/** Which layers count: rules alone, the higher of both, or rules with a record of what likelihood would have said. */
export const RISK_MODELS = ['rules', 'rules+likelihood', 'likelihood-shadow'] as const;
export type RiskModel = (typeof RISK_MODELS)[number];

export type SignalWeights = Readonly<Record<SignalCode, number>>;

export interface RiskSettings {
  /** `smart` challenges from this score on. Integer 1–100. */
  readonly mfaThreshold: number;
  /** A sign-in is blocked from this score on. Integer 1–100. */
  readonly blockThreshold: number;
  readonly ipMatch: IpMatch;
  /** Points of a signal at its worst; its milder grades are worth the same share of it as by default. */
  readonly weights: SignalWeights;
  readonly riskModel: RiskModel;
  readonly likelihoodThresholds: LikelihoodThresholds;
}

export const DEFAULT_WEIGHTS: SignalWeights = {
  new_device: 30,
  trust_expired: 0,
  untrusted_device: 0,
  new_ip: 25,
  new_country: 30,
  new_region: 10,
  impossible_travel: 40,
  threat_intel: 60,
  tor_exit: 40,
  vpn: 10,
  hosting: 20,
  failed_attempts: 50,
  account_failures: 15,
  ip_spraying: 50,
  bot_agent: 20,
  trusted_device: -20,
  first_sign_in: 30,
  geo_unknown: 0,
};

/** To begin with; `npm run risk:calibrate` finds those of one's own sign-ins (docs/risk.md). */
export const DEFAULT_LIKELIHOOD_THRESHOLDS: LikelihoodThresholds = { theta30: -11.6, theta80: 8 };

export const DEFAULT_RISK_SETTINGS: RiskSettings = {
  mfaThreshold: 30,
  blockThreshold: 80,
  ipMatch: 'exact',
  weights: DEFAULT_WEIGHTS,
  riskModel: 'rules',
  likelihoodThresholds: DEFAULT_LIKELIHOOD_THRESHOLDS,
};

/** Signals that demand MFA by themselves: with one of them the score is at least `FLOOR_SCORE`. */
export const FLOOR_SIGNALS: ReadonlySet<SignalCode> = new Set<SignalCode>([
  'new_device',
  'trust_expired',
  'untrusted_device',
  'new_ip',
  'new_country',
  'new_region',
  'impossible_travel',
  'first_sign_in',
  'geo_unknown',
]);

/** The score below which default `smart` lets a sign-in through; fixed, whatever an application sets. */
export const FLOOR_SCORE = 30;
/** The least score of a signal that demands a block by itself. */
export const BLOCK_SCORE = 80;
/** An account with fewer completed sign-ins is still being learned: it is not blocked for novelty alone. */
export const LEARNING_SIGN_INS = 3;
export const LEARNING_CAP = 79;
/** Days that MFA on a device makes it trusted; plain sign-ins do not extend them. */
export const DEVICE_TRUST_DAYS = 30;

const WEIGHT_LIMIT = 100;

/** Whether `value` may be the weight of `code`: 0–100, and for `trusted_device`, which speaks for the user, −100–0. */
export function isWeight(code: SignalCode, value: unknown): value is number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  // A negative weight would let an attacker buy score back by tripping one more signal.
  return code === 'trusted_device'
    ? value <= 0 && value >= -WEIGHT_LIMIT
    : value >= 0 && value <= WEIGHT_LIMIT;
}

/** Whether both thresholds are integers 1–100 and challenge comes no later than block. */
export function areThresholds(mfaThreshold: unknown, blockThreshold: unknown): boolean {
  return isThreshold(mfaThreshold) && isThreshold(blockThreshold) && mfaThreshold <= blockThreshold;
}

/** Whether `value` may be a threshold: an integer from 1 to 100. */
export function isThreshold(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100;
}

/**
 * The integer points of one grade of a signal.
 * @param gradePoints what this grade is worth by default; the worst grade, the whole weight, when absent
 */
export function signalPoints(settings: RiskSettings, code: SignalCode, gradePoints?: number): number {
  const set: unknown = settings.weights[code];
  const weight = isWeight(code, set) ? set : DEFAULT_WEIGHTS[code];
  if (gradePoints === undefined) return Math.round(weight) + 0;
  return Math.round((gradePoints * weight) / DEFAULT_WEIGHTS[code]) + 0;
}
