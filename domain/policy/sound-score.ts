/** Reads the score of an assessment that may come from a store, a cache or a broken reader. */
import type { Assessment } from '../risk/assessment';

/** The score, an integer 0–100, or null when there is none that can be believed. */
export function scoreIfSound(assessment: Assessment): number | null {
  const stored = assessment as Assessment | null | undefined;
  if (stored?.kind !== 'scored') return null;
  const score: unknown = stored.score;
  // NaN, negative numbers and strings would compare as "below the threshold" and let the sign-in through.
  return typeof score === 'number' && Number.isInteger(score) && score >= 0 && score <= 100 ? score : null;
}
