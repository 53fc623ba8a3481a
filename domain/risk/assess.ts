/**
 * How risky a sign-in is: a pure function of what is known, what is observed, the settings and the time.
 * It never throws; what cannot be read is "unavailable", which under `smart` means MFA, never a low score.
 */
import type { AssessedLikelihood, Assessment } from './assessment';
import type { SignInFacts } from './facts';
import { areLikelihoodThresholds, likelihoodOf, likelihoodScore } from './likelihood/likelihood';
import { isPopulation, type Population } from './likelihood/population';
import { isRiskProfile } from './parse-profile';
import type { RiskProfile } from './profile';
import { withoutForgotten } from './retention';
import { journeyHere } from './rules/impossible-travel';
import type { RuleContext } from './rules/rule';
import { scoreOf } from './score';
import { DEFAULT_LIKELIHOOD_THRESHOLDS, type RiskSettings } from './settings';
import { signalsOf } from './signals';
import { isRecord, isSignInFacts, isTimestamp } from './well-formed';

export interface AssessInput {
  readonly profile: RiskProfile;
  readonly facts: SignInFacts;
  readonly settings: RiskSettings;
  /** Epoch ms. */
  readonly now: number;
  /** How common the values of this sign-in are; read where the settings' `riskModel` has likelihood. */
  readonly population?: Population;
}

/** The score of a sign-in with the signals behind it; `unavailable` when anything it rests on is malformed. */
export function assess(input: AssessInput): Assessment {
  if (!isWellFormed(input)) return { kind: 'unavailable' };
  const { profile, facts, settings, now } = input;
  const context: RuleContext = { profile: withoutForgotten(profile, now), facts, settings, now };
  const signals = signalsOf(context);
  const journey = journeyHere(context);
  const rulesScore = scoreOf({
    signals,
    completedSignIns: profile.completedSignIns,
    sameFingerprintFailures: facts.failures.sameFingerprint,
  });
  const likelihood = likelihoodIfWanted(context, input.population, rulesScore);
  return {
    kind: 'scored',
    score: likelihood?.applied ? Math.max(rulesScore, likelihood.score) : rulesScore,
    signals,
    floor: signals.some((signal) => signal.floor),
    ...(journey !== undefined && { speedKmh: journey.speedKmh }),
    ...(likelihood !== undefined && { likelihood }),
  };
}

/** Garbage compares false with every limit: unchecked it would score 0 and open the door. */
function isWellFormed({ profile, facts, settings, now, population }: AssessInput): boolean {
  if (!isTimestamp(now) || !isSignInFacts(facts) || !isRiskProfile(profile)) return false;
  if (!isRecord(settings) || !isRecord(settings.weights)) return false;
  // An application that counts on likelihood must not be left with the rules because its counts are broken.
  return settings.riskModel !== 'rules+likelihood' || isPopulation(population);
}

function likelihoodIfWanted(
  { profile, facts, settings }: RuleContext,
  population: Population | undefined,
  rulesScore: number,
): AssessedLikelihood | undefined {
  const { riskModel } = settings;
  if (riskModel !== 'rules+likelihood' && riskModel !== 'likelihood-shadow') return undefined;
  if (!isPopulation(population)) return undefined;
  const found = likelihoodOf(profile, facts, population);
  if (!found) return undefined;
  const set = settings.likelihoodThresholds;
  const thresholds = areLikelihoodThresholds(set) ? set : DEFAULT_LIKELIHOOD_THRESHOLDS;
  return {
    llr: thousandths(found.llr),
    terms: found.terms.map(({ feature, llr }) => ({ feature, llr: thousandths(llr) })),
    score: likelihoodScore(found.llr, thresholds),
    rulesScore,
    applied: riskModel === 'rules+likelihood',
  };
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
