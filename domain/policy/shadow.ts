/** What would have been decided if likelihood counted, recorded beside the decision of the rules (`likelihood-shadow`). */
import { decide, type DecideInput } from './decide';
import type { DecisionReason, Outcome } from './decision';

export interface ShadowDecision {
  readonly outcome: Outcome;
  readonly reason: DecisionReason;
  /** Integer 0–100. */
  readonly riskScore: number;
}

/** The other decision, or null where there is no likelihood, or where it counts already. */
export function shadowOf(input: DecideInput): ShadowDecision | null {
  const { assessment } = input;
  if (assessment.kind !== 'scored' || !assessment.likelihood || assessment.likelihood.applied) return null;
  const riskScore = Math.max(assessment.score, assessment.likelihood.score);
  const { outcome, reason } = decide({ ...input, assessment: { ...assessment, score: riskScore } });
  return { outcome, reason, riskScore };
}
