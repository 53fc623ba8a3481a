/** Finds the thresholds of likelihood for a stream, and what they would ask of whom. */
import type { LikelihoodThresholds } from '../domain/risk/likelihood/likelihood';
import type { Judged } from './evaluate';
import type { RiskEvent } from './risk-event';

/** `theta80`: all but one in a thousand legitimate sign-ins lie below. */
const THETA80_SHARE = 0.999;
const LEGITIMATE = 'legitimate';

export interface ClassRates {
  readonly signIns: number;
  /** Shares, 0 to 1, of those for which likelihood has a ratio. */
  readonly byLikelihood: number;
  readonly byRules: number;
  /** By either of both: `rules+likelihood`. */
  readonly byBoth: number;
}

export interface Calibration {
  readonly likelihoodThresholds: LikelihoodThresholds;
  /** Sign-ins by their label: of MFA or a block. */
  readonly challenged: Readonly<Record<string, ClassRates>>;
}

interface Sample {
  readonly llr: number;
  readonly byRules: boolean;
}

export interface Calibrator {
  readonly take: (event: RiskEvent, judged: Judged) => void;
  /**
   * @param budget the share of legitimate sign-ins that likelihood may ask for MFA
   * @returns undefined where the stream has too few legitimate sign-ins, or the budget leaves no room below `theta80`
   */
  readonly finish: (budget: number) => Calibration | undefined;
}

/** Collects the ratios of a stream. Without labels a sign-in is legitimate whose user would have passed MFA. */
export function createCalibrator(): Calibrator {
  const classes = new Map<string, Sample[]>();
  return {
    take({ label, mfa }, { assessment, outcome }) {
      if (assessment.kind !== 'scored' || !assessment.likelihood) return;
      const name = label ?? (mfa === 'pass' ? LEGITIMATE : 'not passed');
      const samples = classes.get(name) ?? [];
      samples.push({ llr: assessment.likelihood.llr, byRules: outcome !== 'allow' });
      classes.set(name, samples);
    },
    finish(budget) {
      const ratios = (classes.get(LEGITIMATE) ?? []).map(({ llr }) => llr).sort((a, b) => a - b);
      const theta30 = quantile(ratios, 1 - budget);
      const theta80 = quantile(ratios, THETA80_SHARE);
      if (theta30 === undefined || theta80 === undefined || theta30 >= theta80) return undefined;
      const rates = [...classes].sort().map(([name, samples]) => [name, ratesOf(samples, theta30)] as const);
      return { likelihoodThresholds: { theta30, theta80 }, challenged: Object.fromEntries(rates) };
    },
  };
}

/** The value that a share of the sorted values lies below. */
function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function ratesOf(samples: readonly Sample[], theta30: number): ClassRates {
  const shareOf = (asks: (sample: Sample) => boolean) =>
    Math.round((samples.filter(asks).length / samples.length) * 1e5) / 1e5;
  return {
    signIns: samples.length,
    byLikelihood: shareOf(({ llr }) => llr >= theta30),
    byRules: shareOf(({ byRules }) => byRules),
    byBoth: shareOf(({ llr, byRules }) => byRules || llr >= theta30),
  };
}
