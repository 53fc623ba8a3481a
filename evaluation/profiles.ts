/** The profiles of a stream: memory grows with the number of users, not with the length of the stream. */
import type { RiskProfile } from '../domain/risk/profile';
import { MS_PER_DAY, PROFILE_RETENTION_DAYS, withoutForgotten } from '../domain/risk/retention';

const RETENTION_MS = PROFILE_RETENTION_DAYS * MS_PER_DAY;

export interface Profiles {
  of(userId: string): RiskProfile | undefined;
  /** @param now epoch ms of the completed sign-in */
  keep(userId: string, profile: RiskProfile, now: number): void;
}

/** Of users who stay away for longer than profiles remember only the rest is kept that rules still read. */
export function createProfiles(): Profiles {
  /** In the order of the last completed sign-in: who stays away longest stands first. */
  const present = new Map<string, { readonly profile: RiskProfile; readonly at: number }>();
  const away = new Map<string, RiskProfile>();
  return {
    of: (userId) => present.get(userId)?.profile ?? away.get(userId),
    keep(userId, profile, now) {
      away.delete(userId);
      present.delete(userId);
      present.set(userId, { profile, at: now });
      for (const [other, { profile: old, at }] of present) {
        if (at >= now - RETENTION_MS) break;
        present.delete(other);
        away.set(other, withoutForgotten(old, now));
      }
    },
  };
}
