/**
 * How risky a sign-in is: a pure function of what is known, what is observed, the settings and the time.
 * It never throws; what cannot be read is "unavailable", which under `smart` means MFA, never a low score.
 */
import type { Assessment } from './assessment';
import type { SignInFacts } from './facts';
import { isRiskProfile } from './parse-profile';
import type { RiskProfile } from './profile';
import { withoutForgotten } from './retention';
import { journeyHere } from './rules/impossible-travel';
import type { RuleContext } from './rules/rule';
import { scoreOf } from './score';
import type { RiskSettings } from './settings';
import { signalsOf } from './signals';
import { isRecord, isSignInFacts, isTimestamp } from './well-formed';

export interface AssessInput {
  readonly profile: RiskProfile;
  readonly facts: SignInFacts;
  readonly settings: RiskSettings;
  /** Epoch ms. */
  readonly now: number;
}

/** The score of a sign-in with the signals behind it; `unavailable` when anything it rests on is malformed. */
export function assess({ profile, facts, settings, now }: AssessInput): Assessment {
  // Garbage compares false with every limit: unchecked it would score 0 and open the door.
  if (!isTimestamp(now) || !isSignInFacts(facts) || !isRiskProfile(profile)) return { kind: 'unavailable' };
  if (!isRecord(settings) || !isRecord(settings.weights)) return { kind: 'unavailable' };
  const context: RuleContext = { profile: withoutForgotten(profile, now), facts, settings, now };
  const signals = signalsOf(context);
  const journey = journeyHere(context);
  return {
    kind: 'scored',
    score: scoreOf({
      signals,
      completedSignIns: profile.completedSignIns,
      sameFingerprintFailures: facts.failures.sameFingerprint,
    }),
    signals,
    floor: signals.some((signal) => signal.floor),
    ...(journey !== undefined && { speedKmh: journey.speedKmh }),
  };
}
