/** The result of risk scoring. */

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
    }
  | { readonly kind: 'unavailable' };
