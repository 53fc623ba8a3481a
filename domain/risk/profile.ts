/**
 * What is known of a user's completed sign-ins: one bounded value per user.
 * It learns only from completed sign-ins (skipped, or MFA verified).
 */
import type { Coordinates } from './facts';

export interface KnownDevice {
  readonly key: string;
  /** Epoch milliseconds throughout. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly lastMfaAt?: number;
  readonly trustedUntil?: number;
  readonly browserFamily: string;
  readonly osFamily: string;
  /** Completed sign-ins on it; one where nobody counted. */
  readonly signIns?: number;
}

export interface KnownNetwork {
  readonly ipKey: string;
  readonly prefixKey: string;
  readonly asn?: number;
  readonly country?: string;
  readonly lastSeenAt: number;
  /** Completed sign-ins from this address. */
  readonly signIns: number;
}

export interface KnownPlace extends Coordinates {
  readonly country?: string;
  readonly region?: string;
  readonly lastSeenAt: number;
}

export interface LastSignIn {
  readonly at: number;
  readonly ipKey: string;
  readonly coordinates?: Coordinates;
  /** The address was a VPN or hosting network, so its place says little. */
  readonly masked: boolean;
}

export interface RiskProfile {
  readonly version: 1;
  readonly completedSignIns: number;
  readonly devices: readonly KnownDevice[];
  readonly networks: readonly KnownNetwork[];
  readonly places: readonly KnownPlace[];
  readonly lastSignIn?: LastSignIn;
}
