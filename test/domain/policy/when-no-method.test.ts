/** What a user without a method meets when MFA is needed: the table of the HTTP contract. */
import * as fc from 'fast-check';
import type { Enrollment } from '../../../domain/policy/decision';
import { PORTAL_CLIENT_IDS } from '../../../domain/policy/policy';
import type { WhenNoMethod } from '../../../domain/policy/policy';
import { UNAVAILABLE, decideOn, scored } from './fixtures';

/** Columns: score below 30, score 30 and more, risk unavailable. On a device the profile does not know. */
const TABLE: readonly (readonly [WhenNoMethod, Enrollment, Enrollment, Enrollment])[] = [
  ['allow', 'allowed_without_method', 'allowed_without_method', 'allowed_without_method'],
  ['email', 'allowed_without_method', 'email_verification_required', 'email_verification_required'],
  ['enroll', 'enrollment_required', 'enrollment_required', 'enrollment_required'],
  ['deny', 'denied', 'denied', 'denied'],
];
const STRANGER = { policy: 'always', methodsEnrolled: false, deviceKnown: false } as const;

describe.each(TABLE)('whenNoMethod %s', (whenNoMethod, low, high, unknown) => {
  it.each([
    [scored(0), low],
    [scored(29), low],
    [scored(30), high],
    [scored(79), high],
    [UNAVAILABLE, unknown],
  ] as const)('with %j gives %s', (assessment, enrollment) => {
    const decision = decideOn({ ...STRANGER, assessment }, { whenNoMethod });
    expect(decision).toMatchObject({
      enrollment,
      outcome: enrollment === 'allowed_without_method' ? 'allow' : 'challenge',
      reason: 'policy_always',
    });
  });
  it('never opens a block', () => {
    const decision = decideOn({ ...STRANGER, assessment: scored(80) }, { whenNoMethod });
    expect(decision).toMatchObject({ outcome: 'block', enrollment: 'none' });
  });
  it('means nothing to a user who has a method, nor to one who is let in', () => {
    expect(decideOn({ policy: 'always' }, { whenNoMethod })).toMatchObject({
      outcome: 'challenge',
      enrollment: 'none',
    });
    expect(decideOn({ methodsEnrolled: false }, { whenNoMethod })).toMatchObject({
      outcome: 'allow',
      enrollment: 'none',
    });
  });
});

describe('the enrolment token', () => {
  const enroll = { whenNoMethod: 'enroll' } as const;
  it('comes at once only on a known device with a score below 30', () => {
    const known = { ...STRANGER, deviceKnown: true };
    const given = (change: Parameters<typeof decideOn>[0]) =>
      decideOn({ ...known, ...change }, enroll).enrollment;
    expect(given({ assessment: scored(29) })).toBe('enrollment_required_token');
    expect(given({ assessment: scored(30) })).toBe('enrollment_required');
    expect(given({ assessment: UNAVAILABLE })).toBe('enrollment_required');
    expect(given({ assessment: scored(0), deviceKnown: false })).toBe('enrollment_required');
  });
  it('is bound to 30, whatever threshold an application sets', () => {
    const lax = { ...enroll, mfaThreshold: 80 };
    const decision = decideOn({ ...STRANGER, deviceKnown: true, assessment: scored(30) }, lax);
    expect(decision.enrollment).toBe('enrollment_required');
  });
});

describe('no way in without a method', () => {
  it('a portal always demands enrolment, whatever is stored', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PORTAL_CLIENT_IDS),
        fc.constantFrom<WhenNoMethod>('allow', 'email', 'enroll', 'deny'),
        fc.constantFrom('always', 'smart', 'never', 'unreadable' as const),
        fc.integer({ min: 0, max: 79 }),
        (clientId, whenNoMethod, policy, score) => {
          const change = { ...STRANGER, clientId, policy, assessment: scored(score) };
          expect(decideOn(change, { whenNoMethod })).toMatchObject({
            outcome: 'challenge',
            enrollment: 'enrollment_required',
          });
        },
      ),
    );
  });
  it('an unreadable policy demands enrolment: the application may have said deny', () => {
    const decision = decideOn({ ...STRANGER, policy: 'unreadable' }, { whenNoMethod: 'allow' });
    expect(decision).toMatchObject({ outcome: 'challenge', enrollment: 'enrollment_required' });
  });
  it('an unknown setting demands enrolment', () => {
    const decision = decideOn(STRANGER, { whenNoMethod: 'whatever' as WhenNoMethod });
    expect(decision.enrollment).toBe('enrollment_required');
  });
});
