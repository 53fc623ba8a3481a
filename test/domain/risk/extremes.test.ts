/** The edges of the world and of time: no rule may break, and none may take nonsense for harmless. */
import * as fc from 'fast-check';
import { assess } from '../../../domain/risk/assess';
import type { Coordinates, SignInFacts } from '../../../domain/risk/facts';
import { learn } from '../../../domain/risk/learn';
import { isRiskProfile } from '../../../domain/risk/parse-profile';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import { DAY, FACTS, network, NOW, PROFILE } from './fixtures';

const latitude = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 0, 90));
const longitude = fc.oneof(
  fc.double({ min: -180, max: 180, noNaN: true }),
  fc.constantFrom(-180, 180, 179.9, 0),
);
const radiusKm = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 50, 200));
const place: fc.Arbitrary<Coordinates> = fc.record({ latitude, longitude, radiusKm });
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 4e12 }),
  fc.constantFrom(0, NOW, NOW - 1, NOW + 1, NOW + 400 * DAY, Number.MAX_SAFE_INTEGER),
);

function signIn(facts: SignInFacts, last: { at: number; coordinates: Coordinates }, now = NOW) {
  const profile = { ...PROFILE, lastSignIn: { ...last, ipKey: 'ip-elsewhere', masked: false } };
  return assess({ profile, facts, settings: DEFAULT_RISK_SETTINGS, now });
}

describe('an assessment', () => {
  it('is a score wherever the user was and is, and whatever the clock says', () => {
    fc.assert(
      fc.property(place, place, anyTime, anyTime, (from, to, at, now) => {
        const assessment = signIn(
          { ...FACTS, ...network({ coordinates: to }) },
          { at, coordinates: from },
          now,
        );
        if (assessment.kind !== 'scored') throw new Error('not scored');
        expect(Number.isInteger(assessment.score)).toBe(true);
        expect(assessment.speedKmh === undefined || Number.isFinite(assessment.speedKmh)).toBe(true);
      }),
    );
  });

  it('takes a clock that runs backwards for a minute, not for a journey that never was', () => {
    const coordinates = { latitude: 35.7, longitude: 139.7, radiusKm: 20 };
    const facts = { ...FACTS, ipKey: 'ip-new', ...network({ coordinates }) };
    const from = { latitude: 40.7, longitude: -74, radiusKm: 20 };
    const codesAt = (at: number) => {
      const assessment = signIn(facts, { at, coordinates: from });
      return assessment.kind === 'scored' ? assessment.signals.map(({ code }) => code) : [];
    };
    expect(codesAt(NOW + DAY)).toContain('impossible_travel');
    expect(codesAt(NOW - 30_000)).toContain('impossible_travel');
    expect(codesAt(NOW - DAY)).not.toContain('impossible_travel');
  });

  it('of a place without a radius, or with an impossible one, is unavailable: MFA', () => {
    for (const radius of [undefined, null, NaN, -1, Infinity, '50']) {
      const coordinates = { latitude: 0, longitude: 0, radiusKm: radius } as Coordinates;
      const facts = { ...FACTS, ...network({ coordinates }) };
      const last = { at: NOW - DAY, coordinates: { latitude: 0, longitude: 0, radiusKm: 20 } };
      expect(signIn(facts, last)).toEqual({ kind: 'unavailable' });
    }
  });

  it('is the same after learning at any time: what is learned stays readable', () => {
    fc.assert(
      fc.property(place, anyTime, (coordinates, now) => {
        const facts = { ...FACTS, ...network({ coordinates }) };
        expect(isRiskProfile(learn({ profile: PROFILE, facts, now, mfa: true, trustedUntil: now }))).toBe(
          true,
        );
      }),
    );
  });
});
