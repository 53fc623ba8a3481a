/**
 * What a completed sign-in teaches. Only the caller knows whether it may teach (`domain/policy/teaches-profile`);
 * failed, blocked and abandoned sign-ins never come here.
 */
import type { SignInFacts } from './facts';
import type { KnownDevice, KnownNetwork, KnownPlace, LastSignIn, RiskProfile } from './profile';
import { withinBounds, withoutForgotten } from './retention';
import { isMaskedNetwork } from './rules/impossible-travel';
import { distanceBeyondRadiiKm, haversineKm } from './travel';
import { isSignInFacts, isTimestamp } from './well-formed';

export interface CompletedSignIn {
  readonly profile: RiskProfile;
  readonly facts: SignInFacts;
  /** Epoch ms. */
  readonly now: number;
  /** Whether a second factor was verified in it. */
  readonly mfa: boolean;
  /** Set when this sign-in made the device trusted. Epoch ms. */
  readonly trustedUntil?: number;
}

/** The profile of a user of whom nothing is known. */
export function emptyProfile(): RiskProfile {
  return { version: 1, completedSignIns: 0, devices: [], networks: [], places: [] };
}

/**
 * The profile after a completed sign-in, within its bounds.
 * Malformed facts teach nothing: they would make the stored profile unreadable for ever.
 */
export function learn(signIn: CompletedSignIn): RiskProfile {
  const { profile, facts, now } = signIn;
  if (!isTimestamp(now) || !isSignInFacts(facts)) return profile;
  const learned: RiskProfile = {
    version: 1,
    completedSignIns: profile.completedSignIns + 1,
    devices: [learnedDevice(signIn), ...profile.devices.filter((device) => device.key !== facts.deviceKey)],
    networks: [
      learnedNetwork(signIn),
      ...profile.networks.filter((network) => network.ipKey !== facts.ipKey),
    ],
    places: learnedPlaces(signIn),
    lastSignIn: latestSignIn(signIn),
  };
  return withinBounds(withoutForgotten(learned, now));
}

function learnedDevice({ profile, facts, now, mfa, trustedUntil }: CompletedSignIn): KnownDevice {
  const known = profile.devices.find((device) => device.key === facts.deviceKey);
  return {
    ...known,
    key: facts.deviceKey,
    firstSeenAt: Math.min(known?.firstSeenAt ?? now, now),
    lastSeenAt: Math.max(known?.lastSeenAt ?? now, now),
    ...(mfa && { lastMfaAt: Math.max(known?.lastMfaAt ?? now, now) }),
    ...(mfa && isTimestamp(trustedUntil) && { trustedUntil }),
    browserFamily: facts.agent.browserFamily,
    osFamily: facts.agent.osFamily,
    signIns: (known ? (known.signIns ?? 1) : 0) + 1,
  };
}

function learnedNetwork({ profile, facts, now }: CompletedSignIn): KnownNetwork {
  const known = profile.networks.find((network) => network.ipKey === facts.ipKey);
  const { asn, country } = facts.network;
  return {
    ...known,
    ipKey: facts.ipKey,
    prefixKey: facts.prefixKey,
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
    lastSeenAt: Math.max(known?.lastSeenAt ?? now, now),
    signIns: (known?.signIns ?? 0) + 1,
  };
}

/** The profile after a sign-in that teaches no more than where its user was. */
export function learnWhereabouts(signIn: Pick<CompletedSignIn, 'profile' | 'facts' | 'now'>): RiskProfile {
  const { profile, facts, now } = signIn;
  if (!isTimestamp(now) || !isSignInFacts(facts)) return profile;
  return { ...profile, lastSignIn: latestSignIn(signIn) };
}

/** Merged into the nearest place of the same country whose circle meets this one; the more precise point is kept. */
function learnedPlaces({ profile, facts, now }: CompletedSignIn): readonly KnownPlace[] {
  const { coordinates, country, region } = facts.network;
  if (coordinates === undefined) return profile.places;
  const place: KnownPlace = {
    latitude: coordinates.latitude,
    longitude: coordinates.longitude,
    radiusKm: coordinates.radiusKm,
    ...(country !== undefined && { country }),
    ...(region !== undefined && { region }),
    lastSeenAt: now,
  };
  const [nearest] = profile.places
    .filter((known) => known.country === country && distanceBeyondRadiiKm(known, place) === 0)
    .sort((a, b) => haversineKm(a, place) - haversineKm(b, place));
  if (nearest === undefined) return [place, ...profile.places];
  const precise = nearest.radiusKm <= place.radiusKm ? nearest : place;
  const merged = { ...precise, lastSeenAt: Math.max(nearest.lastSeenAt, now) };
  return [merged, ...profile.places.filter((known) => known !== nearest)];
}

function latestSignIn({
  profile,
  facts,
  now,
}: Pick<CompletedSignIn, 'profile' | 'facts' | 'now'>): LastSignIn {
  if (profile.lastSignIn !== undefined && profile.lastSignIn.at > now) return profile.lastSignIn;
  const { coordinates } = facts.network;
  return {
    at: now,
    ipKey: facts.ipKey,
    ...(coordinates !== undefined && {
      coordinates: {
        latitude: coordinates.latitude,
        longitude: coordinates.longitude,
        radiusKm: coordinates.radiusKm,
      },
    }),
    masked: isMaskedNetwork(facts.network),
  };
}
