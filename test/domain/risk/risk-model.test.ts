/** Which layer of risk counts, by the application's `riskModel`. */
import * as fc from 'fast-check';
import { assess } from '../../../domain/risk/assess';
import type { Assessment } from '../../../domain/risk/assessment';
import { likelihoodScore } from '../../../domain/risk/likelihood/likelihood';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import { input } from './arbitraries';
import { FACTS, IN_TOKYO, NEW_DEVICE, NOW, population, PROFILE } from './fixtures';

const settings = (change: object) => ({ ...DEFAULT_RISK_SETTINGS, ...change });
function scored(assessment: Assessment) {
  if (assessment.kind !== 'scored') throw new Error('expected a score');
  return assessment;
}

describe('the model of risk', () => {
  const facts = { ...FACTS, ...IN_TOKYO, ...NEW_DEVICE };
  const ask = (riskModel: string, change: object = {}) =>
    assess({
      profile: PROFILE,
      facts: FACTS,
      settings: settings({ riskModel, likelihoodThresholds: { theta30: -100, theta80: 100 } }),
      now: NOW,
      population: population(),
      ...change,
    });

  it('`rules` looks at no population', () => {
    expect(scored(ask('rules'))).toMatchObject({ score: 0 });
    expect(scored(ask('rules'))).not.toHaveProperty('likelihood');
  });

  it('`rules+likelihood` takes the higher of both scores and tells both', () => {
    const raised = scored(ask('rules+likelihood'));
    expect(raised.likelihood).toMatchObject({ applied: true, rulesScore: 0 });
    expect(raised.score).toBe(raised.likelihood?.score);
    expect(raised.score).toBeGreaterThan(30);
    expect(scored(ask('rules+likelihood', { facts }))).toMatchObject({
      score: scored(ask('rules', { facts })).score,
    });
  });

  it('`likelihood-shadow` records what likelihood says and lets the rules score', () => {
    const shadow = scored(ask('likelihood-shadow'));
    expect(shadow.score).toBe(0);
    expect(shadow.likelihood).toMatchObject({ applied: false, rulesScore: 0 });
    expect(shadow.likelihood?.score).toBeGreaterThan(30);
  });

  it('never blocks by likelihood, and never lowers what the rules say', () => {
    fc.assert(
      fc.property(input, fc.double({ min: -50, max: 50, noNaN: true }), (signIn, theta30) => {
        const likelihoodThresholds = { theta30, theta80: theta30 + 0.01 };
        const rules = scored(assess(signIn));
        const both = scored(
          assess({
            ...signIn,
            settings: { ...signIn.settings, riskModel: 'rules+likelihood', likelihoodThresholds },
            population: population(),
          }),
        );
        expect(both.score).toBeGreaterThanOrEqual(rules.score);
        expect(both.score).toBeLessThanOrEqual(Math.max(rules.score, 79));
        expect(both.signals).toEqual(rules.signals);
      }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a negative number of sign-ins', { ...population(), observations: -1 }],
    ['counts of some features only', { observations: 5_000, counts: { ip: { count: 1, distinct: 1 } } }],
    [
      'counts as text',
      { observations: 5_000, counts: { ...population().counts, ip: { count: '1', distinct: 1 } } },
    ],
  ])('that counts on likelihood is unavailable with %s for a population', (_, broken) => {
    expect(ask('rules+likelihood', { population: broken })).toEqual({ kind: 'unavailable' });
    expect(scored(ask('likelihood-shadow', { population: broken }))).not.toHaveProperty('likelihood');
  });

  it('with broken thresholds uses the default ones', () => {
    for (const likelihoodThresholds of [
      { theta30: NaN, theta80: 1 },
      { theta30: 5, theta80: 5 },
      undefined,
    ]) {
      const broken = settings({ riskModel: 'rules+likelihood', likelihoodThresholds });
      const { llr, score } = scored(ask('', { settings: broken, facts })).likelihood ?? {
        llr: NaN,
        score: NaN,
      };
      expect(score).toBe(likelihoodScore(llr, DEFAULT_RISK_SETTINGS.likelihoodThresholds));
    }
  });
});
