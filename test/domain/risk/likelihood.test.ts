/** Layer B by numbers. */
import * as fc from 'fast-check';
import type { SignInFacts } from '../../../domain/risk/facts';
import { emptyProfile } from '../../../domain/risk/learn';
import { featureValues } from '../../../domain/risk/likelihood/features';
import { likelihoodOf, likelihoodScore } from '../../../domain/risk/likelihood/likelihood';
import { FACTS, HOME_DEVICE, IN_TOKYO, NEW_DEVICE, NEW_IP, NOW, population, PROFILE } from './fixtures';

const termsOf = (facts: SignInFacts, seen = population()) =>
  Object.fromEntries(
    (likelihoodOf(PROFILE, facts, seen)?.terms ?? []).map(({ feature, llr }) => [feature, llr]),
  );

describe('the likelihood ratio', () => {
  it('of a value is ln p(others) − ln p(user), weighted; the user’s own sign-ins are not among the others’', () => {
    // 99 of 9,900 sign-ins had the value, ten of them the user's own; 99 different ones were seen.
    const pKnown = 90 / 9_990;
    const ofKnown = Math.log(pKnown) - Math.log((10 + 0.3 * pKnown) / 10.3);
    const ofNew = Math.log(10.3 / 0.3);
    expect(termsOf(FACTS).fingerprint).toBeCloseTo(ofKnown, 12);
    expect(termsOf({ ...FACTS, ...NEW_DEVICE }).fingerprint).toBeCloseTo(ofNew, 12);
    expect(termsOf(FACTS).browser).toBeCloseTo(0.5 * ofKnown, 12);
    expect(termsOf(FACTS).os).toBeCloseTo(0.5 * ofKnown, 12);
    expect(termsOf({ ...FACTS, ...NEW_IP }).ip).toBeCloseTo(0.25 * ofNew, 12);
    expect(termsOf({ ...FACTS, ...IN_TOKYO }).country).toBeCloseTo(ofNew, 12);
  });

  it('speaks for a value that is the user’s own and rare, less for one that everybody has', () => {
    expect(termsOf(FACTS, population(1)).country).toBeLessThan(
      Number(termsOf(FACTS, population(9_000)).country),
    );
    expect(Number(termsOf(FACTS, population(9_000)).country)).toBeLessThan(0);
  });

  it('of a user of whom nothing is known is 0', () => {
    expect(likelihoodOf(emptyProfile(), FACTS, population())).toMatchObject({ llr: 0 });
  });

  it('counts every completed sign-in of a device, and one for a device of before they were counted', () => {
    const devices = [
      { ...HOME_DEVICE, signIns: undefined },
      { ...HOME_DEVICE, key: 'device-2', signIns: 3 },
    ];
    const profile = JSON.parse(JSON.stringify({ ...PROFILE, devices }));
    const pOthers = 99 / (9_896 + 100);
    const [fingerprint] = likelihoodOf(profile, FACTS, population())?.terms ?? [];
    expect(fingerprint?.llr).toBeCloseTo(Math.log(pOthers) - Math.log((1 + 0.3 * pOthers) / 4.3), 12);
  });

  it('takes what is not known for a value of its own', () => {
    const unknown = { ...FACTS, network: { classes: [], staleClasses: [] } } as const;
    expect(termsOf(unknown).country).toBeGreaterThan(0);
    const networks = [{ ipKey: 'ip-home', prefixKey: 'p', lastSeenAt: NOW, signIns: 5 }];
    const [, asn] = likelihoodOf({ ...PROFILE, networks }, unknown, population())?.terms ?? [];
    expect(asn?.llr).toBeLessThan(0);
  });

  it('is not asked for until the population has 2,000 sign-ins', () => {
    expect(likelihoodOf(PROFILE, FACTS, population(9, 1_999))).toBeUndefined();
    expect(likelihoodOf(PROFILE, FACTS, population(9, 2_000))).toBeDefined();
  });

  it('grows with every value that is not the user’s', () => {
    const anyPopulation = fc.record({
      count: fc.nat(2_000),
      observations: fc.integer({ min: 2_000, max: 1e6 }),
    });
    fc.assert(
      fc.property(
        anyPopulation,
        fc.subarray(['device', 'address', 'place']),
        ({ count, observations }, news) => {
          const seen = population(count, observations);
          const facts = {
            ...FACTS,
            ...(news.includes('address') && NEW_IP),
            ...(news.includes('place') && IN_TOKYO),
            ...(news.includes('device') && NEW_DEVICE),
          };
          const ratio = (of: SignInFacts) => likelihoodOf(PROFILE, of, seen)?.llr ?? NaN;
          expect(ratio(facts)).toBeGreaterThanOrEqual(ratio(FACTS));
        },
      ),
    );
  });
});

describe('the score of a ratio', () => {
  const thresholds = { theta30: 2, theta80: 7 };
  it.each([
    [1.99, 29],
    [2, 30],
    [4.5, 55],
    [6.9, 79],
    [7, 79],
    [1e9, 79],
    [-1, 0],
    [-1e9, 0],
  ])('of %d is %i', (llr, score) => {
    expect(likelihoodScore(llr, thresholds)).toBe(score);
  });
});

describe('the values that are counted', () => {
  it('are the same for two users of the same browser, whose devices have keys of their own', () => {
    const one = featureValues({ ...FACTS, deviceKey: 'a', fingerprintKey: 'same' });
    const other = featureValues({ ...FACTS, deviceKey: 'b', fingerprintKey: 'same' });
    expect(one).toEqual(other);
  });

  it('fall back to the key of the device in facts of before fingerprints were counted', () => {
    expect(featureValues(FACTS).fingerprint).toBe(FACTS.deviceKey);
  });
});
