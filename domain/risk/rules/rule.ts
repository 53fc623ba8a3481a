/** The one shape of every risk rule: what is known and observed in, signals out. */
import type { Signal, SignalCode } from '../assessment';
import type { SignInFacts } from '../facts';
import type { RiskProfile } from '../profile';
import { FLOOR_SIGNALS, signalPoints } from '../settings';
import type { RiskSettings } from '../settings';

export interface RuleContext {
  /** Without what is older than six months. */
  readonly profile: RiskProfile;
  readonly facts: SignInFacts;
  readonly settings: RiskSettings;
  /** Epoch ms. */
  readonly now: number;
}

export type RiskRule = (context: RuleContext) => readonly Signal[];

/**
 * A signal with the points its weight gives it.
 * @param gradePoints default points of a milder grade of this signal (see `signalPoints`)
 */
export function signal(context: RuleContext, code: SignalCode, gradePoints?: number): Signal {
  const points = signalPoints(context.settings, code, gradePoints);
  return { code, points, floor: FLOOR_SIGNALS.has(code) };
}
