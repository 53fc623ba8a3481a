/** What layer B counts of a sign-in, and how much each of it weighs. */
import type { SignInFacts } from '../facts';
import type { RiskProfile } from '../profile';

export const FEATURES = ['fingerprint', 'asn', 'country', 'browser', 'os', 'ip'] as const;
export type Feature = (typeof FEATURES)[number];

/** A value for each feature; what is not known is a value too. */
export type FeatureValues = Readonly<Record<Feature, string>>;

/** Freeman et al., "Who Are You?" (NDSS 2016) weigh alike; an address changes too often to say much against its user. */
export const FEATURE_WEIGHTS: Readonly<Record<Feature, number>> = {
  fingerprint: 1,
  asn: 1,
  country: 1,
  browser: 0.5,
  os: 0.5,
  ip: 0.25,
};

const NOT_KNOWN = '-';

/** The facts that are counted. */
type Characteristic = Pick<SignInFacts, 'fingerprintKey' | 'deviceKey' | 'ipKey' | 'network' | 'agent'>;

/** The values of a sign-in as the population counts them. */
export function featureValues(facts: Characteristic): FeatureValues {
  const { network, agent } = facts;
  return {
    // Rows of before fingerprints were counted: as if nobody else had it, which speaks least for the sign-in.
    fingerprint: facts.fingerprintKey ?? facts.deviceKey,
    asn: network.asn === undefined ? NOT_KNOWN : String(network.asn),
    country: network.country ?? NOT_KNOWN,
    browser: agent.browserFamily,
    os: agent.osFamily,
    ip: facts.ipKey,
  };
}

/** How often a user's completed sign-ins had a value, out of how many. */
export interface UserCount {
  readonly count: number;
  readonly total: number;
}

/** The counts of a user for the values of a sign-in, from the profile. */
export function userCounts(profile: RiskProfile, facts: SignInFacts): Readonly<Record<Feature, UserCount>> {
  const { devices, networks } = profile;
  const { network, agent } = facts;
  const ofDevices = counter(devices, ({ signIns }) => signIns ?? 1);
  const ofNetworks = counter(networks, ({ signIns }) => signIns);
  return {
    fingerprint: ofDevices(({ key }) => key === facts.deviceKey),
    browser: ofDevices(({ browserFamily }) => browserFamily === agent.browserFamily),
    os: ofDevices(({ osFamily }) => osFamily === agent.osFamily),
    asn: ofNetworks(({ asn }) => asn === network.asn),
    country: ofNetworks(({ country }) => country === network.country),
    ip: ofNetworks(({ ipKey }) => ipKey === facts.ipKey),
  };
}

function counter<Entry>(entries: readonly Entry[], signInsOf: (entry: Entry) => number) {
  const total = entries.reduce((sum, entry) => sum + signInsOf(entry), 0);
  return (matches: (entry: Entry) => boolean): UserCount => ({
    count: entries.reduce((sum, entry) => (matches(entry) ? sum + signInsOf(entry) : sum), 0),
    total,
  });
}
