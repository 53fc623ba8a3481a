/** A recorded decision in words: its signals, what likelihood says, and what would have changed it. For administrators. */
import type { Decision, Outcome } from '../policy/decision';
import { signalText } from './signal-text';
import type { Assessment, Signal } from './assessment';
import type { ChangeCode } from './changes';
import type { Counterfactuals } from './counterfactuals';
import type { Feature } from './likelihood/features';

export interface Explained {
  readonly signals: readonly { readonly code: string; readonly points: number }[];
  /** The signals in words with their points: "new device: 30". */
  readonly explanation: readonly string[];
  readonly likelihood: ExplainedLikelihood | null;
  readonly counterfactuals: readonly ExplainedChange[];
}

export interface ExplainedLikelihood {
  /** `ln p(sign-in | somebody else) − ln p(sign-in | user)`. */
  readonly llr: number;
  readonly score: number;
  readonly rulesScore: number;
  /** Whether it counted. */
  readonly applied: boolean;
  /** The three that weigh most, heaviest first. */
  readonly reasons: readonly { readonly feature: Feature; readonly llr: number; readonly text: string }[];
}

export interface ExplainedChange {
  readonly changes: readonly string[];
  readonly riskScore: number;
  readonly outcome: Outcome;
  readonly text: string;
}

export interface Explainable extends Pick<Decision, 'policy' | 'reason'> {
  readonly assessment: Assessment;
  readonly outcome: Outcome | 'none';
}

/** Explains a decision by what was recorded with it; nothing is scored again. */
export function explain(decision: Explainable): Explained {
  const { assessment } = decision;
  if (assessment.kind !== 'scored') return NOTHING;
  const { signals, likelihood, counterfactuals } = assessment;
  return {
    signals: signals.map(({ code, points }) => ({ code, points })),
    explanation: signals.map(explainSignal),
    likelihood: likelihood ? explainLikelihood(likelihood) : null,
    counterfactuals: counterfactuals ? explainChanges(decision, counterfactuals) : [],
  };
}

const NOTHING: Explained = { signals: [], explanation: [], likelihood: null, counterfactuals: [] };

function explainSignal({ code, points, stale }: Signal): string {
  return `${signalText(code)}: ${points}${stale ? ', as its list is too old' : ''}`;
}

type Scored = Extract<Assessment, { kind: 'scored' }>;

const FEATURE_WORDS: Readonly<Record<Feature, string>> = {
  fingerprint: 'browser fingerprint',
  asn: 'network operator',
  country: 'country',
  browser: 'browser',
  os: 'operating system',
  ip: 'address',
};
const MOST_REASONS = 3;

function explainLikelihood(found: NonNullable<Scored['likelihood']>): ExplainedLikelihood {
  const { llr, score, rulesScore, applied } = found;
  const heaviest = [...found.terms].sort((a, b) => Math.abs(b.llr) - Math.abs(a.llr)).slice(0, MOST_REASONS);
  const reasons = heaviest.map((term) => ({ ...term, text: termText(term) }));
  return { llr, score, rulesScore, applied, reasons };
}

/** "country: 20 times likelier for somebody else than for this user". */
function termText({ feature, llr }: { feature: Feature; llr: number }): string {
  const name = FEATURE_WORDS[feature];
  const times = Math.exp(Math.abs(llr));
  if (times < 1.5) return `${name}: says little`;
  const factor = times < 10 ? times.toFixed(1) : times.toFixed(0);
  return llr > 0
    ? `${name}: ${factor} times likelier for somebody else than for this user`
    : `${name}: ${factor} times likelier for this user than for somebody else`;
}

const CHANGE_WORDS: Readonly<Record<ChangeCode, string>> = {
  trusted_device: 'on a device with MFA in the last 30 days',
  known_address: 'from an address used before',
  known_country: 'from a country used before',
  known_region: 'from a region used before',
  slower_travel: 'with enough time for the journey',
  unlisted_network: 'from a network on no list',
  no_failures: 'without failed attempts before it',
  ordinary_agent: 'with a browser that is no program',
};
const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  allow: 'been let in',
  challenge: 'been asked for MFA',
  block: 'been blocked',
};

function explainChanges(decision: Explainable, counterfactuals: Counterfactuals): readonly ExplainedChange[] {
  return counterfactuals.found.flatMap(({ changes, score }): readonly ExplainedChange[] => {
    const outcome = outcomeAt(score, decision, counterfactuals);
    if (outcome === undefined || outcome === decision.outcome) return [];
    const words = changes.map((code) => changeText(code, counterfactuals)).join(' and ');
    const text = `${capitalised(words)} this would have scored ${score} and ${OUTCOME_WORDS[outcome]}.`;
    return [{ changes, riskScore: score, outcome, text }];
  });
}

function changeText(code: ChangeCode, { travelHours }: Counterfactuals): string {
  if (code === 'slower_travel' && travelHours !== undefined)
    return `${travelHours} hours after the last sign-in`;
  return CHANGE_WORDS[code];
}

/** What the same policy makes of another score; `undefined` where more than the score decides. */
function outcomeAt(score: number, decision: Explainable, thresholds: Counterfactuals): Outcome | undefined {
  if (!['risk_block', 'risk_score'].includes(decision.reason)) return undefined;
  if (score >= thresholds.blockThreshold) return 'block';
  // Whether a step-up is approved depends on its proof too.
  if (decision.policy === 'always') return 'challenge';
  if (decision.policy === 'never') return 'allow';
  return score >= thresholds.mfaThreshold ? 'challenge' : 'allow';
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
