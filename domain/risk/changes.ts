/**
 * Single things that could have been otherwise in a sign-in: each takes the input of an assessment and gives the one
 * of the sign-in as it would have been. Whether that scores less is for `assess` to say.
 */
import type { AssessInput } from './assess';
import type { Signal, SignalCode } from './assessment';
import type { KnownNetwork, KnownPlace, RiskProfile } from './profile';
import { MAX_SPEED_KMH, MS_PER_HOUR } from './travel';

export const CHANGE_CODES = [
  'trusted_device',
  'known_address',
  'known_country',
  'known_region',
  'slower_travel',
  'unlisted_network',
  'no_failures',
  'ordinary_agent',
] as const;
export type ChangeCode = (typeof CHANGE_CODES)[number];

export interface Change {
  readonly code: ChangeCode;
  /** It makes sense only where one of these fired. */
  readonly undoes: readonly SignalCode[];
  apply(input: AssessInput): AssessInput;
}

const SOMEWHERE = 'counterfactual';

/** In the order in which they are listed. */
export const CHANGES: readonly Change[] = [
  {
    code: 'trusted_device',
    undoes: ['new_device', 'untrusted_device', 'trust_expired'],
    apply: onTrustedDevice,
  },
  { code: 'known_address', undoes: ['new_ip'], apply: fromKnownAddress },
  { code: 'known_country', undoes: ['new_country'], apply: fromKnownCountry },
  { code: 'known_region', undoes: ['new_region'], apply: fromKnownPlace },
  { code: 'slower_travel', undoes: ['impossible_travel'], apply: afterAnEarlierSignIn },
  {
    code: 'unlisted_network',
    undoes: ['threat_intel', 'tor_exit', 'vpn', 'hosting'],
    apply: (input) => withFacts(input, { network: { ...input.facts.network, classes: [] } }),
  },
  {
    code: 'no_failures',
    undoes: ['failed_attempts', 'account_failures', 'ip_spraying'],
    apply: (input) =>
      withFacts(input, { failures: { sameFingerprint: 0, otherFingerprints: 0, accountsFromIp: 0 } }),
  },
  {
    code: 'ordinary_agent',
    undoes: ['bot_agent'],
    apply: (input) => withFacts(input, { agent: { ...input.facts.agent, isBot: false } }),
  },
];

/** The changes that make sense for these signals. */
export function changesFor(signals: readonly Signal[]): readonly Change[] {
  return CHANGES.filter(({ undoes }) => signals.some(({ code }) => undoes.includes(code)));
}

/**
 * How long before this sign-in the last one would have had to be (hours, rounded up to tenths), for the journey from
 * there to be possible.
 */
export function hoursOfTravel(distanceKm: number): number {
  return Math.ceil((distanceKm / MAX_SPEED_KMH) * 10) / 10;
}

function withFacts(input: AssessInput, change: Partial<AssessInput['facts']>): AssessInput {
  return { ...input, facts: { ...input.facts, ...change } };
}

function withProfile(input: AssessInput, change: Partial<RiskProfile>): AssessInput {
  return { ...input, profile: { ...input.profile, ...change } };
}

function onTrustedDevice(input: AssessInput): AssessInput {
  const { profile, facts, now } = input;
  const known = profile.devices.find(({ key }) => key === facts.deviceKey);
  const { browserFamily, osFamily } = facts.agent;
  const fresh = { key: facts.deviceKey, firstSeenAt: now, browserFamily, osFamily, ...known };
  const devices = [
    { ...fresh, lastSeenAt: now, lastMfaAt: now },
    ...profile.devices.filter((device) => device !== known),
  ];
  const deviceTrust = { kind: 'held', trustedUntil: now + 1 } as const;
  return withFacts(withProfile(input, { devices }), { deviceTrust });
}

function fromKnownAddress(input: AssessInput): AssessInput {
  const { ipKey, prefixKey } = input.facts;
  return withNetwork(input, { ipKey, prefixKey, ...networkOf(input) });
}

/** Another address of the country, which the user has used in this very place. */
function fromKnownCountry(input: AssessInput): AssessInput {
  const { country } = networkOf(input);
  const elsewhere = { ipKey: SOMEWHERE, prefixKey: SOMEWHERE, ...(country !== undefined && { country }) };
  return fromKnownPlace(withNetwork(input, elsewhere));
}

function fromKnownPlace(input: AssessInput): AssessInput {
  const { coordinates, country } = input.facts.network;
  if (!coordinates) return input;
  const { latitude, longitude, radiusKm } = coordinates;
  const here: KnownPlace = {
    ...{ latitude, longitude, radiusKm, lastSeenAt: input.now },
    ...(country !== undefined && { country }),
  };
  return withProfile(input, { places: [here, ...input.profile.places] });
}

function afterAnEarlierSignIn(input: AssessInput): AssessInput {
  const { lastSignIn } = input.profile;
  if (!lastSignIn) return input;
  // Half around the Earth, at the speed that is still possible.
  const at = Math.max(0, input.now - (20_100 / MAX_SPEED_KMH) * MS_PER_HOUR);
  return withProfile(input, { lastSignIn: { ...lastSignIn, at } });
}

function networkOf({ facts }: AssessInput): Pick<KnownNetwork, 'asn' | 'country'> {
  const { asn, country } = facts.network;
  return { ...(asn !== undefined && { asn }), ...(country !== undefined && { country }) };
}

function withNetwork(
  input: AssessInput,
  network: Pick<KnownNetwork, 'ipKey' | 'prefixKey' | 'asn' | 'country'>,
): AssessInput {
  const networks = [{ ...network, lastSeenAt: input.now, signIns: 1 }, ...input.profile.networks];
  return withProfile(input, { networks });
}
