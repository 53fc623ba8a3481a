/** A block that was waived for a device is MFA, and never anything less. */
import { PORTAL_CLIENT_IDS } from '../../../domain/policy/policy';
import { decideOn, scored } from './fixtures';

describe('a waived block', () => {
  const waived = { blockWaived: true, assessment: scored(95) } as const;

  it.each(['smart', 'always', 'unreadable'] as const)('is MFA under %s', (policy) => {
    expect(decideOn({ ...waived, policy })).toMatchObject({ outcome: 'challenge', reason: 'block_waived' });
  });

  it.each(PORTAL_CLIENT_IDS)('is MFA at %s', (clientId) => {
    expect(decideOn({ ...waived, clientId })).toMatchObject({ outcome: 'challenge', reason: 'block_waived' });
  });

  it('is MFA under never where critical risk blocks', () => {
    const decision = decideOn({ ...waived, policy: 'never' }, { blockOnCritical: true });
    expect(decision).toMatchObject({ outcome: 'challenge', reason: 'block_waived' });
  });

  it.each(['allow', 'email', 'enroll', 'deny'] as const)(
    'lets nobody in without a method (%s)',
    (whenNoMethod) => {
      const decision = decideOn({ ...waived, methodsEnrolled: false }, { whenNoMethod });
      expect(decision.outcome).toBe('challenge');
      expect(decision.enrollment).not.toMatch(/^(none|allowed_without_method)$/);
    },
  );

  it('changes nothing below the block threshold, and nothing for an account that does not stand', () => {
    for (const score of [0, 29, 30, 79]) {
      const assessment = scored(score);
      expect(decideOn({ blockWaived: true, assessment })).toEqual(decideOn({ assessment }));
    }
    const account = { userActive: false, organizationActive: true };
    expect(decideOn({ ...waived, account }).outcome).toBe('block');
  });
});
