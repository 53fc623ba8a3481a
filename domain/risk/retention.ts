/** How much and how long a profile remembers. */
import type { RiskProfile } from './profile';

/** Six months. */
export const PROFILE_RETENTION_DAYS = 183;
export const MAX_DEVICES = 100;
export const MAX_NETWORKS = 200;
export const MAX_PLACES = 50;
export const MS_PER_DAY = 86_400_000;

interface Seen {
  readonly lastSeenAt: number;
}

/** The profile without what was last seen more than six months before `now` (epoch ms). */
export function withoutForgotten(profile: RiskProfile, now: number): RiskProfile {
  const since = now - PROFILE_RETENTION_DAYS * MS_PER_DAY;
  const isRemembered = (entry: Seen): boolean => entry.lastSeenAt >= since;
  const { devices, networks, places } = profile;
  // Most often there is nothing to forget.
  if ([devices, networks, places].every((entries: readonly Seen[]) => entries.every(isRemembered)))
    return profile;
  return {
    ...profile,
    devices: devices.filter(isRemembered),
    networks: networks.filter(isRemembered),
    places: places.filter(isRemembered),
  };
}

/** The profile within its bounds, most recent entries first; among equals those listed first stay. */
export function withinBounds(profile: RiskProfile): RiskProfile {
  return {
    ...profile,
    devices: mostRecent(profile.devices, MAX_DEVICES),
    networks: mostRecent(profile.networks, MAX_NETWORKS),
    places: mostRecent(profile.places, MAX_PLACES),
  };
}

function mostRecent<Entry extends Seen>(entries: readonly Entry[], limit: number): readonly Entry[] {
  return [...entries].sort((a, b) => b.lastSeenAt - a.lastSeenAt).slice(0, limit);
}
