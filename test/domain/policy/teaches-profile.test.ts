/** Poisoning: what a lax application lets in must not become known to all the others. */
import { teachesProfile } from '../../../domain/policy/teaches-profile';
import { UNAVAILABLE, decideOn, scored } from './fixtures';

describe('a sign-in completed without MFA', () => {
  it('teaches when default smart would have let it through', () => {
    expect(teachesProfile(decideOn({ assessment: scored(29) }), scored(29))).toBe(true);
    expect(teachesProfile(decideOn({ policy: 'never', assessment: scored(0) }), scored(0))).toBe(true);
  });
  it.each([30, 79, 80, 100])('under never with score %i teaches nothing', (score) => {
    const assessment = scored(score);
    expect(teachesProfile(decideOn({ policy: 'never', assessment }), assessment)).toBe(false);
  });
  it('under never with risk unavailable or garbage teaches nothing', () => {
    for (const assessment of [UNAVAILABLE, scored(NaN), scored(-1)]) {
      expect(teachesProfile(decideOn({ policy: 'never', assessment }), assessment)).toBe(false);
    }
  });
  it('in an application with high thresholds teaches nothing from 30 on', () => {
    const assessment = scored(30);
    const decision = decideOn({ assessment }, { mfaThreshold: 90, blockThreshold: 95 });
    expect(decision.outcome).toBe('allow');
    expect(teachesProfile(decision, assessment)).toBe(false);
  });
  it('let in for want of a method teaches only when the risk was low', () => {
    const withoutMethod = { policy: 'always', methodsEnrolled: false } as const;
    for (const [score, teaches] of [
      [29, true],
      [30, false],
    ] as const) {
      const decision = decideOn({ ...withoutMethod, assessment: scored(score) });
      expect(decision.enrollment).toBe('allowed_without_method');
      expect(teachesProfile(decision, scored(score))).toBe(teaches);
    }
  });
  it('that was challenged or blocked teaches nothing', () => {
    expect(teachesProfile(decideOn({ policy: 'always' }), scored(0))).toBe(false);
    const account = { userActive: false, organizationActive: true };
    expect(teachesProfile(decideOn({ account }), scored(0))).toBe(false);
  });
});
