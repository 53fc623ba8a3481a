/**
 * Layer B: how much likelier a sign-in is from somebody else than from its user (Freeman et al., NDSS 2016).
 * Looks at what the sign-in is like and never at lists of attackers: what those say, the rules say.
 */
import type { SignInFacts } from '../facts';
import type { RiskProfile } from '../profile';
import { FEATURES, FEATURE_WEIGHTS, userCounts, type Feature, type UserCount } from './features';
import { MIN_OBSERVATIONS, type Population, type ValueCount } from './population';

/** Strength of the prior, in sign-ins: a user of whom nothing is known is taken for anybody. */
const PRIOR = 0.3;

/** What one feature adds. Positive speaks against the sign-in. */
export interface LikelihoodTerm {
  readonly feature: Feature;
  /** Weighted natural logarithm of the ratio. */
  readonly llr: number;
}

export interface Likelihood {
  /** The sum of the terms: `ln p(sign-in | somebody else) − ln p(sign-in | user)`, weighted. */
  readonly llr: number;
  /** In the order of the features. */
  readonly terms: readonly LikelihoodTerm[];
}

/** The ratio of a sign-in, or `undefined` while the population is too small to compare with. */
export function likelihoodOf(
  profile: RiskProfile,
  facts: SignInFacts,
  population: Population,
): Likelihood | undefined {
  if (population.observations < MIN_OBSERVATIONS) return undefined;
  const ofUser = userCounts(profile, facts);
  const terms = FEATURES.map((feature): LikelihoodTerm => {
    const observed = { population, ofAll: population.counts[feature], ofUser: ofUser[feature] };
    return { feature, llr: FEATURE_WEIGHTS[feature] * logRatio(observed) };
  });
  return { llr: terms.reduce((sum, { llr }) => sum + llr, 0), terms };
}

function logRatio(observed: { population: Population; ofAll: ValueCount; ofUser: UserCount }): number {
  const { population, ofAll, ofUser } = observed;
  if (ofUser.total === 0) return 0;
  // Without the user's own: whoever signs in often would be compared with himself.
  const count = Math.max(0, ofAll.count - ofUser.count);
  const observations = Math.max(0, population.observations - ofUser.total);
  const pOthers = (count + 1) / (observations + ofAll.distinct + 1);
  const pUser = (ofUser.count + PRIOR * pOthers) / (ofUser.total + PRIOR);
  return Math.log(pOthers) - Math.log(pUser);
}

export interface LikelihoodThresholds {
  /** The ratio that is worth 30 points: from here on MFA. */
  readonly theta30: number;
  /** The ratio that would be worth 80 points, were likelihood allowed to block. */
  readonly theta80: number;
}

/** Likelihood may ask for MFA and never blocks. */
const MOST_POINTS = 79;

/** The score 0–79 of a ratio, linear through both thresholds. */
export function likelihoodScore(llr: number, { theta30, theta80 }: LikelihoodThresholds): number {
  const score = 30 + (50 * (llr - theta30)) / (theta80 - theta30);
  return Math.min(MOST_POINTS, Math.max(0, Math.floor(score)));
}

/** Whether both are finite numbers in their order. */
export function areLikelihoodThresholds(value: unknown): value is LikelihoodThresholds {
  const { theta30, theta80 } = (value ?? {}) as Partial<Record<keyof LikelihoodThresholds, unknown>>;
  return Number.isFinite(theta30) && Number.isFinite(theta80) && Number(theta30) < Number(theta80);
}
