/** Values that are not what they claim never open the door. */
import { decide } from '../../../domain/policy/decide';
import { DEFAULT_POLICY_SETTINGS } from '../../../domain/policy/policy';
import { assess } from '../../../domain/risk/assess';
import type { SignInFacts } from '../../../domain/risk/facts';
import type { RiskProfile } from '../../../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import type { Assessment } from '../../../domain/risk/assessment';
import { FACTS, NOW, PROFILE } from './fixtures';

/** Copies of a value, each with one field, at any depth, replaced by `garbage`. */
function* spoiled(value: unknown, garbage: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, leaf] of Object.entries(value) as [string, unknown][]) {
    const put = (replacement: unknown): unknown => {
      if (Array.isArray(value))
        return value.map((entry, index) => (String(index) === name ? replacement : entry));
      return { ...value, [name]: replacement };
    };
    if (typeof leaf === 'object' && leaf !== null && !(Array.isArray(leaf) && leaf.length === 0)) {
      for (const inner of spoiled(leaf, garbage)) yield put(inner);
    }
    yield put(garbage);
  }
}

describe('garbage', () => {
  const GARBAGE: readonly unknown[] = [NaN, Infinity, -Infinity, -1, -1e308, {}, [NaN], true, null];
  const outcomeOf = (assessment: Assessment) =>
    decide({
      clientId: 'demo-shop',
      policy: 'smart',
      settings: DEFAULT_POLICY_SETTINGS,
      account: { userActive: true, organizationActive: true },
      assessment,
      methodsEnrolled: true,
      deviceKnown: true,
    }).outcome;
  const sound = { profile: PROFILE, facts: FACTS, settings: DEFAULT_RISK_SETTINGS, now: NOW };
  /** `true` is a sound value of the one flag, which speaks against the sign-in. */
  const isSoundFlag = (spoiledFacts: SignInFacts): boolean => spoiledFacts.agent?.isBot === true;

  it('the untouched sign-in is allowed, so that the next test proves something', () => {
    expect(outcomeOf(assess(sound))).toBe('allow');
  });
  it.each(GARBAGE)('%p in any one field of the facts never leads to allow', (garbage) => {
    const cases = [...spoiled(FACTS, garbage)] as SignInFacts[];
    expect(cases.length).toBeGreaterThan(20);
    for (const spoiledFacts of cases) {
      if (isSoundFlag(spoiledFacts) || isPlausible(spoiledFacts)) continue;
      expect(outcomeOf(assess({ ...sound, facts: spoiledFacts }))).not.toBe('allow');
    }
  });
  it.each([...GARBAGE, undefined, '0', 'soon'])('%p as the time never leads to allow', (garbage) => {
    expect(outcomeOf(assess({ ...sound, now: garbage as number }))).not.toBe('allow');
  });
  it.each([NaN, -1, Infinity, '30', {}, null])(
    '%p in any one field of the profile never leads to allow',
    (garbage) => {
      for (const spoiledProfile of spoiled(PROFILE, garbage) as Generator<RiskProfile>) {
        if (isPlausibleProfile(spoiledProfile)) continue;
        expect(outcomeOf(assess({ ...sound, profile: spoiledProfile }))).not.toBe('allow');
      }
    },
  );
  it.each([undefined, null, {}, [], 'facts', 7])(
    '%p for the whole facts, profile or settings never throws',
    (garbage) => {
      for (const name of ['facts', 'profile', 'settings'] as const) {
        const assessment = assess({ ...sound, [name]: garbage });
        expect(assessment).toEqual({ kind: 'unavailable' });
      }
    },
  );
});

/** −1 is a sound longitude and latitude, if another place. */
function isPlausible(spoiledFacts: SignInFacts): boolean {
  const coordinates = spoiledFacts.network?.coordinates;
  return coordinates?.latitude === -1 || coordinates?.longitude === -1;
}

/** The same, and '30' in a field that holds a text anyway. */
function isPlausibleProfile({ places, devices, networks, lastSignIn }: RiskProfile): boolean {
  const points = [...(Array.isArray(places) ? places : []), lastSignIn?.coordinates];
  if (points.some((point) => point?.latitude === -1 || point?.longitude === -1)) return true;
  const texts = [...[devices, networks, places].filter(Array.isArray).flat(), lastSignIn];
  return texts.some((entry) => entry !== null && Object.values(entry ?? {}).includes('30'));
}
