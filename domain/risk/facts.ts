/**
 * What is observed of one sign-in, as values: the input of every risk rule.
 * Identifying values (IP, fingerprint) arrive as keyed digests; the domain never sees them in the clear.
 */

/** Network classes by list or ASN, worst first; the first one that matches adds points. */
export const NETWORK_CLASSES = ['threat_intel', 'tor_exit', 'vpn', 'hosting'] as const;
export type NetworkClass = (typeof NETWORK_CLASSES)[number];

/** A point with its uncertainty. Degrees (WGS 84) and kilometres. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
}

/** What an address tells: every field is absent when the databases do not know. */
export interface NetworkFacts {
  readonly asn?: number;
  readonly asOrganization?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly region?: string;
  readonly city?: string;
  readonly coordinates?: Coordinates;
  /** Every class that matched, worst first; classes whose list is stale are in `staleClasses` instead. */
  readonly classes: readonly NetworkClass[];
  /** Classes that matched by a list too old to score: listed, worth no points. */
  readonly staleClasses: readonly NetworkClass[];
}

export interface AgentFacts {
  /** Version-stripped family names, 'unknown' when not recognised. */
  readonly browserFamily: string;
  readonly osFamily: string;
  /** A known bot, or no agent at all. */
  readonly isBot: boolean;
}

/** Whether the caller proved possession of this browser's device token, and until when (epoch ms) it is trusted. */
export type DeviceTrust =
  { readonly kind: 'none' } | { readonly kind: 'held'; readonly trustedUntil: number };

/** Failed first and second factors seen in the windows of `3-risk`: 15 min for the user, 1 h for the IP. */
export interface FailureCounts {
  /** From this fingerprint; for a trusted device only those that carried its token. */
  readonly sameFingerprint: number;
  readonly otherFingerprints: number;
  /** Distinct accounts failing from this IP within one hour. */
  readonly accountsFromIp: number;
}

export interface SignInFacts {
  /** HMAC(user, fingerprint). */
  readonly deviceKey: string;
  /** HMAC(fingerprint), the same for every user: what layer B counts. Absent in records of before it was counted. */
  readonly fingerprintKey?: string;
  /** HMAC(address) and HMAC(its /24 or /64). */
  readonly ipKey: string;
  readonly prefixKey: string;
  readonly deviceTrust: DeviceTrust;
  readonly network: NetworkFacts;
  readonly agent: AgentFacts;
  readonly failures: FailureCounts;
}
