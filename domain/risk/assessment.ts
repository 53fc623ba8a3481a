/** The result of risk scoring. */
import type { Counterfactuals } from './counterfactuals';
import type { Likelihood } from './likelihood/likelihood';

export const SIGNAL_CODES = [
  'new_device',
  'trust_expired',
  'untrusted_device',
  'new_ip',
  'new_country',
  'new_region',
  'impossible_travel',
  'threat_intel',
  'tor_exit',
  'vpn',
  'hosting',
  'failed_attempts',
  'account_failures',
  'ip_spraying',
  'bot_agent',
  'trusted_device',
  'first_sign_in',
  'geo_unknown',
] as const;
export type SignalCode = (typeof SIGNAL_CODES)[number];

/** One observed fact that speaks for or against a sign-in. */
export interface Signal {
  readonly code: SignalCode;
  /** May be 0 (listed only) or negative (`trusted_device`). */
  readonly points: number;
  /** This signal alone demands MFA: the score is at least 30. */
  readonly floor: boolean;
  /** This signal alone demands a block: the score is at least 80 (≥ 20 failures from one fingerprint). */
  readonly blocks?: boolean;
  /** The signal's source is stale: named, worth no points. */
  readonly stale?: boolean;
}

/** What layer B says of a sign-in, rounded to thousandths. */
export interface AssessedLikelihood extends Likelihood {
  /** Integer 0–79. */
  readonly score: number;
  /** What the rules alone say. */
  readonly rulesScore: number;
  /** Whether it counts, or is only recorded beside the decision (`likelihood-shadow`). */
  readonly applied: boolean;
}

export type Assessment =
  | {
      readonly kind: 'scored';
      /** Integer 0–100. */
      readonly score: number;
      readonly signals: readonly Signal[];
      /** Whether a floor signal fired. */
      readonly floor: boolean;
      /** Speed since the last completed sign-in in km/h, when both ends have coordinates. */
      readonly speedKmh?: number;
      /** Where the application's `riskModel` has it, once the population is large enough. */
      readonly likelihood?: AssessedLikelihood;
      /** Of a sign-in that scored enough for MFA: what would have changed that. */
      readonly counterfactuals?: Counterfactuals;
    }
  | { readonly kind: 'unavailable' };
