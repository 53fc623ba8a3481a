/** Poisoning: what a lax application lets in must not become known to all the others. */
import { teachingOf } from '../../../domain/policy/teaches-profile';
import { UNAVAILABLE, decideOn, scored } from './fixtures';

describe('a sign-in completed without MFA', () => {
  it('teaches when default smart would have let it through', () => {
    expect(teachingOf(decideOn({ assessment: scored(29) }), scored(29))).toBe('everything');
    expect(teachingOf(decideOn({ policy: 'never', assessment: scored(0) }), scored(0))).toBe('everything');
  });
  it.each([30, 79, 80, 100])('under never with score %i teaches nothing', (score) => {
    const assessment = scored(score);
    expect(teachingOf(decideOn({ policy: 'never', assessment }), assessment)).toBe('nothing');
  });
  it('under never with risk unavailable or garbage teaches nothing', () => {
    for (const assessment of [UNAVAILABLE, scored(NaN), scored(-1)]) {
      expect(teachingOf(decideOn({ policy: 'never', assessment }), assessment)).toBe('nothing');
    }
  });
  it('in an application with high thresholds teaches nothing from 30 on', () => {
    const assessment = scored(30);
    const decision = decideOn({ assessment }, { mfaThreshold: 90, blockThreshold: 95 });
    expect(decision.outcome).toBe('allow');
    expect(teachingOf(decision, assessment)).toBe('nothing');
  });
  it('let in by a lax smart on a trusted device teaches where its user was, and nothing else', () => {
    const signals = [{ code: 'trusted_device', points: -20, floor: false }] as const;
    const assessment = { kind: 'scored', score: 0, floor: false, signals } as const;
    const letIn = decideOn({ assessment });
    expect(teachingOf(letIn, scored(30))).toBe('whereabouts');
    expect(teachingOf(letIn, UNAVAILABLE)).toBe('whereabouts');
    const never = decideOn({ policy: 'never', assessment });
    expect(teachingOf(never, scored(30))).toBe('nothing');
    const untrusted = decideOn({ assessment: scored(0) });
    expect(teachingOf(untrusted, scored(30))).toBe('nothing');
  });
  it('let in for want of a method teaches only when the risk was low', () => {
    const withoutMethod = { policy: 'always', methodsEnrolled: false } as const;
    for (const [score, teaches] of [
      [29, 'everything'],
      [30, 'nothing'],
    ] as const) {
      const decision = decideOn({ ...withoutMethod, assessment: scored(score) });
      expect(decision.enrollment).toBe('allowed_without_method');
      expect(teachingOf(decision, scored(score))).toBe(teaches);
    }
  });
  it('that was challenged or blocked teaches nothing', () => {
    expect(teachingOf(decideOn({ policy: 'always' }), scored(0))).toBe('nothing');
    const account = { userActive: false, organizationActive: true };
    expect(teachingOf(decideOn({ account }), scored(0))).toBe('nothing');
  });
});
