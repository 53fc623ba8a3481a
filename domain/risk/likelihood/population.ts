/** What the completed sign-ins of everybody say about the values of one sign-in. */
import { isCount, isRecord } from '../well-formed';
import { FEATURES, type Feature } from './features';

export interface ValueCount {
  /** Completed sign-ins with this value. */
  readonly count: number;
  /** Different values seen of this feature. */
  readonly distinct: number;
}

export interface Population {
  /** Completed sign-ins of everybody. */
  readonly observations: number;
  readonly counts: Readonly<Record<Feature, ValueCount>>;
}

/** So many completed sign-ins it takes until the population says anything. */
export const MIN_OBSERVATIONS = 2_000;

/** Whether `value` is a whole population. */
export function isPopulation(value: unknown): value is Population {
  if (!isRecord(value) || !isCount(value['observations']) || !isRecord(value['counts'])) return false;
  const { counts } = value;
  return FEATURES.every((feature) => isValueCount(counts[feature]));
}

function isValueCount(value: unknown): boolean {
  return isRecord(value) && isCount(value['count']) && isCount(value['distinct']);
}
