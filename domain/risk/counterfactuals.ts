/** The smallest sets of changes with which a sign-in would have met less: no MFA, or no block. */
import { assess, type AssessInput } from './assess';
import type { Assessment } from './assessment';
import { changesFor, hoursOfTravel, type Change, type ChangeCode } from './changes';
import { withoutForgotten } from './retention';
import { journeyHere } from './rules/impossible-travel';
import type { RiskSettings } from './settings';

export interface Counterfactual {
  readonly changes: readonly ChangeCode[];
  /** Integer 0–100: what it would have scored. */
  readonly score: number;
}

export interface Counterfactuals {
  /** The thresholds that were in force. */
  readonly mfaThreshold: number;
  readonly blockThreshold: number;
  /** For `slower_travel`: how many hours the journey takes at least. */
  readonly travelHours?: number;
  readonly found: readonly Counterfactual[];
}

const MOST_CHANGES = 3;
const MOST_FOUND = 6;

type Band = 0 | 1 | 2;

function bandOf(score: number, { mfaThreshold, blockThreshold }: RiskSettings): Band {
  if (score >= blockThreshold) return 2;
  return score >= mfaThreshold ? 1 : 0;
}

/**
 * For each lower band the smallest sets of changes that lead to it: `undefined` where the score asks for nothing, or
 * is not known.
 */
export function counterfactualsOf(input: AssessInput, assessment: Assessment): Counterfactuals | undefined {
  if (assessment.kind !== 'scored') return undefined;
  const { settings } = input;
  const band = bandOf(assessment.score, settings);
  if (band === 0) return undefined;
  const journey = journeyHere({ ...input, profile: withoutForgotten(input.profile, input.now) });
  const travels = journey && assessment.signals.some(({ code }) => code === 'impossible_travel');
  return {
    mfaThreshold: settings.mfaThreshold,
    blockThreshold: settings.blockThreshold,
    ...(travels && { travelHours: hoursOfTravel(journey.distanceKm) }),
    found: smallestSets(input, { band, changes: changesFor(assessment.signals) }),
  };
}

function smallestSets(
  input: AssessInput,
  { band, changes }: { band: Band; changes: readonly Change[] },
): readonly Counterfactual[] {
  const found: Counterfactual[] = [];
  const reached = new Set<Band>();
  for (let size = 1; size <= MOST_CHANGES && reached.size < band; size += 1) {
    const ofThisSize = setsOf(changes, size).flatMap((set): readonly (Counterfactual & { band: Band })[] => {
      const otherwise = assess(set.reduce((changed, change) => change.apply(changed), input));
      if (otherwise.kind !== 'scored') return [];
      const { score } = otherwise;
      return [{ changes: set.map(({ code }) => code), score, band: bandOf(score, input.settings) }];
    });
    const better = ofThisSize.filter((one) => one.band < band && !reached.has(one.band));
    found.push(...better.map(({ changes: codes, score }) => ({ changes: codes, score })));
    better.forEach((one) => reached.add(one.band));
  }
  return found.sort((a, b) => a.score - b.score || a.changes.length - b.changes.length).slice(0, MOST_FOUND);
}

/** Every set of so many of the values, in their order. */
function setsOf<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  if (size === 0) return [[]];
  return values.flatMap((first, index) =>
    setsOf(values.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}
