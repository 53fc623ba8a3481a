import type { FeatureValues } from '../../domain/risk/likelihood/features';
import { createCountedPopulation } from '../../evaluation/counted-population';

const values = (n: number): FeatureValues => ({
  fingerprint: `f${n}`,
  asn: '1',
  country: 'GB',
  browser: 'Firefox',
  os: 'Linux',
  ip: `ip${n}`,
});

describe('a counted population', () => {
  it('counts each value and the different ones', () => {
    const population = createCountedPopulation();
    [1, 1, 2].forEach((n) => population.add(values(n)));
    const { observations, counts } = population.of(values(1));
    expect(observations).toBe(3);
    expect(counts.fingerprint).toEqual({ count: 2, distinct: 2 });
    expect(counts.country).toEqual({ count: 3, distinct: 1 });
    expect(population.of(values(9)).counts.ip).toEqual({ count: 0, distinct: 2 });
  });

  it('stays within its bound: what was seen once is forgotten, what is common stays', () => {
    const population = createCountedPopulation(100);
    population.add(values(0));
    population.add(values(0));
    for (let n = 1; n <= 1_000; n += 1) population.add(values(n));
    const { counts, observations } = population.of(values(0));
    expect(observations).toBe(1_002);
    expect(counts.fingerprint.count).toBe(2);
    expect(counts.fingerprint.distinct).toBeLessThanOrEqual(100);
  });
});
