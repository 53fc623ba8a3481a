/** The population of a stream, counted in memory: what `storage/population` counts for the live sign-ins. */
import { FEATURES, type Feature, type FeatureValues } from '../domain/risk/likelihood/features';
import type { Population, ValueCount } from '../domain/risk/likelihood/population';

/** Of so many values of a feature those seen once are forgotten: memory stays bounded, and a rare value stays rare. */
const MOST_VALUES = 1_000_000;

export interface CountedPopulation {
  /** The population before a sign-in, for its values. */
  of(values: FeatureValues): Population;
  /** Counts a completed sign-in. */
  add(values: FeatureValues): void;
}

export function createCountedPopulation(mostValues = MOST_VALUES): CountedPopulation {
  let observations = 0;
  const counts = new Map(FEATURES.map((feature) => [feature, new Map<string, number>()] as const));
  const countsOf = (feature: Feature) => counts.get(feature) ?? new Map<string, number>();

  return {
    of(values) {
      const entries = FEATURES.map((feature): [Feature, ValueCount] => {
        const known = countsOf(feature);
        return [feature, { count: known.get(values[feature]) ?? 0, distinct: known.size }];
      });
      return { observations, counts: Object.fromEntries(entries) as Record<Feature, ValueCount> };
    },
    add(values) {
      observations += 1;
      for (const feature of FEATURES) {
        const known = countsOf(feature);
        known.set(values[feature], (known.get(values[feature]) ?? 0) + 1);
        if (known.size > mostValues) forgetRare(known);
      }
    },
  };
}

function forgetRare(known: Map<string, number>): void {
  for (const [value, count] of known) if (count === 1) known.delete(value);
}
