/** The line that is printed for an event. */
import type { Outcome } from '../domain/policy/decision';
import type { Judged } from './evaluate';

export interface Verdict {
  readonly id: string;
  /** Integer 0–100; null when risk was unavailable. */
  readonly score: number | null;
  readonly decision: Outcome;
  readonly signals: readonly { readonly code: string; readonly points: number }[];
  readonly floor: boolean;
  /** The log ratio of layer B, where `riskModel` has it and the population is large enough. */
  readonly likelihood?: number;
  readonly speedKmh?: number;
}

/** The verdict on a sign-in. */
export function verdictOf(id: string, { assessment, outcome }: Judged): Verdict {
  if (assessment.kind === 'unavailable')
    return { id, score: null, decision: outcome, signals: [], floor: true };
  const { score, signals, floor, likelihood, speedKmh } = assessment;
  return {
    id,
    score,
    decision: outcome,
    signals: signals.map(({ code, points }) => ({ code, points })),
    floor,
    ...(likelihood !== undefined && { likelihood: likelihood.llr }),
    ...(speedKmh !== undefined && { speedKmh: Math.round(speedKmh * 10) / 10 }),
  };
}
