/** What holds for every profile and every sign-in. */
import * as fc from 'fast-check';
import { assess } from '../../../domain/risk/assess';
import type { SignInFacts } from '../../../domain/risk/facts';
import { emptyProfile, learn } from '../../../domain/risk/learn';
import { parseProfile } from '../../../domain/risk/parse-profile';
import { scoreOf } from '../../../domain/risk/score';
import { DEFAULT_RISK_SETTINGS, signalPoints, FLOOR_SIGNALS } from '../../../domain/risk/settings';
import { SIGNAL_CODES } from '../../../domain/risk/assessment';
import type { Assessment, Signal } from '../../../domain/risk/assessment';
import { DAY, NOW } from './fixtures';

import { count, facts, input, profile } from './arbitraries';

function scored(assessment: Assessment): Extract<Assessment, { kind: 'scored' }> {
  if (assessment.kind !== 'scored') throw new Error('expected a score');
  return assessment;
}

describe('every assessment', () => {
  it('is an integer from 0 to 100, at least 30 with a floor signal', () => {
    fc.assert(
      fc.property(input, (signIn) => {
        const { score, floor, signals } = scored(assess(signIn));
        expect(Number.isInteger(score) && score >= (floor ? 30 : 0) && score <= 100).toBe(true);
        expect(signals.every((signal) => signal.floor === FLOOR_SIGNALS.has(signal.code))).toBe(true);
        expect(new Set(signals.map((signal) => signal.code)).size).toBe(signals.length);
      }),
    );
  });

  it('is the same in whatever order the profile lists what it knows', () => {
    fc.assert(
      fc.property(input, (signIn) => {
        const { devices, networks, places } = signIn.profile;
        const reversed = {
          ...signIn.profile,
          devices: [...devices].reverse(),
          networks: [...networks].reverse(),
          places: [...places].reverse(),
        };
        expect(assess({ ...signIn, profile: reversed })).toEqual(assess(signIn));
      }),
    );
  });

  it('leaves its input untouched', () => {
    fc.assert(
      fc.property(input, (signIn) => {
        const before = structuredClone(signIn);
        assess(signIn);
        learn({ ...signIn, mfa: true, trustedUntil: NOW + DAY });
        expect(signIn).toEqual(before);
      }),
    );
  });
});

type Worsening = readonly [string, (facts: SignInFacts) => SignInFacts];
const moreFailures = (name: keyof SignInFacts['failures']): Worsening => [
  `more ${name}`,
  (f) => ({ ...f, failures: { ...f.failures, [name]: f.failures[name] + 4 } }),
];
const WORSENINGS: readonly Worsening[] = [
  moreFailures('sameFingerprint'),
  moreFailures('otherFingerprints'),
  moreFailures('accountsFromIp'),
  ['a bot', (f) => ({ ...f, agent: { ...f.agent, isBot: true } })],
  [
    'a threat feed',
    (f) => ({ ...f, network: { ...f.network, classes: ['threat_intel', ...f.network.classes] } }),
  ],
  ['no device token', (f) => ({ ...f, deviceTrust: { kind: 'none' } })],
  ['an expired device token', (f) => ({ ...f, deviceTrust: { kind: 'held', trustedUntil: NOW - DAY } })],
  ['a new device', (f) => ({ ...f, deviceKey: 'device-never', deviceTrust: { kind: 'none' } })],
  ['a new address', (f) => ({ ...f, ipKey: 'ip-never' })],
  ['a new prefix', (f) => ({ ...f, ipKey: 'ip-never', prefixKey: 'prefix-never' })],
  ['a new country', (f) => ({ ...f, network: { ...f.network, country: 'NZ' } })],
];

describe('monotony', () => {
  it.each(WORSENINGS)('%s never lowers the score', (name, worsen) => {
    fc.assert(
      fc.property(input, (signIn) => {
        // A token that is held but expired replaces "none", which is as bad: only a valid one gets worse.
        if (name === 'an expired device token') fc.pre(signIn.facts.deviceTrust.kind === 'held');
        const worse = scored(assess({ ...signIn, facts: worsen(signIn.facts) }));
        expect(worse.score).toBeGreaterThanOrEqual(scored(assess(signIn)).score);
      }),
      { numRuns: 300 },
    );
  });

  it('any one more signal that speaks against the sign-in never lowers the score of the others', () => {
    const anySignal = fc.constantFrom(...SIGNAL_CODES).map((code): Signal => {
      return { code, points: signalPoints(DEFAULT_RISK_SETTINGS, code), floor: FLOOR_SIGNALS.has(code) };
    });
    fc.assert(
      fc.property(
        fc.array(anySignal),
        anySignal,
        count,
        count,
        (signals, extra, completedSignIns, failed) => {
          fc.pre(extra.points >= 0);
          const rest = { completedSignIns, sameFingerprintFailures: failed };
          const more = scoreOf({ signals: [...signals, extra], ...rest });
          expect(more).toBeGreaterThanOrEqual(scoreOf({ signals, ...rest }));
          expect(more).toBeLessThanOrEqual(100);
        },
      ),
    );
  });
});

describe('what is learned', () => {
  it('stays within 100 devices, 200 networks and 50 places, keeps the newest, and survives JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(facts, fc.boolean()), { maxLength: 12 }), (signIns) => {
        const learned = signIns.reduce(
          (known, [seen, mfa], index) => learn({ profile: known, facts: seen, now: NOW + index, mfa }),
          emptyProfile(),
        );
        expect(learned.completedSignIns).toBe(signIns.length);
        expect(parseProfile(JSON.parse(JSON.stringify(learned)))).toEqual(learned);
      }),
    );
  });
  it('survives JSON for any profile', () => {
    fc.assert(
      fc.property(profile, (known) => {
        expect(parseProfile(JSON.parse(JSON.stringify(known)))).toEqual(known);
      }),
    );
  });
});
