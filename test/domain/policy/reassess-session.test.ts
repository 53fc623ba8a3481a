/** What a changed policy means for an open session. */
import {
  reassessSession,
  type OpenSession,
  type SessionVerdict,
} from '../../../domain/policy/reassess-session';
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from '../../../domain/policy/policy';
import { sessionLimits } from '../../../domain/policy/session-limits';
import { UNAVAILABLE, scored } from './fixtures';

const verdict = (
  change: Partial<Omit<OpenSession, 'settings'>>,
  settings: Partial<PolicySettings> = {},
): SessionVerdict =>
  reassessSession({
    clientId: 'demo-shop',
    policy: 'smart',
    account: { userActive: true, organizationActive: true },
    assessment: scored(10),
    methodsEnrolled: true,
    deviceKnown: true,
    proven: false,
    ...change,
    settings: { ...DEFAULT_POLICY_SETTINGS, ...settings },
  });

describe('an open session under a new policy', () => {
  it.each([
    ['never', 10, 'keep', 'keep'],
    ['never', 90, 'keep', 'keep'],
    ['smart', 29, 'keep', 'keep'],
    ['smart', 30, 'step_up', 'keep'],
    ['smart', 80, 'revoke', 'revoke'],
    ['always', 0, 'step_up', 'keep'],
    ['always', 80, 'revoke', 'revoke'],
    ['unreadable', 0, 'step_up', 'keep'],
  ] as const)(
    '%s with a recorded score of %i: %s without MFA, %s with it',
    (policy, score, without, withMfa) => {
      expect(verdict({ policy, assessment: scored(score) })).toBe(without);
      expect(verdict({ policy, assessment: scored(score), proven: true })).toBe(withMfa);
    },
  );

  it('owes fresh MFA when its risk was never known', () => {
    expect(verdict({ assessment: UNAVAILABLE })).toBe('step_up');
    expect(verdict({ policy: 'never', assessment: UNAVAILABLE }, { blockOnCritical: true })).toBe('step_up');
  });

  it('without a method is kept where the application lets such users in, and ends elsewhere', () => {
    const without = { policy: 'always', methodsEnrolled: false } as const;
    expect(verdict(without, { whenNoMethod: 'allow' })).toBe('keep');
    for (const whenNoMethod of ['enroll', 'deny'] as const) {
      expect(verdict(without, { whenNoMethod })).toBe('revoke');
    }
  });

  it('ends when its account does not stand', () => {
    expect(verdict({ account: { userActive: false, organizationActive: true }, proven: true })).toBe(
      'revoke',
    );
    expect(verdict({ account: { userActive: true, organizationActive: false }, proven: true })).toBe(
      'revoke',
    );
  });
});

describe('the limits of a session', () => {
  const settings = { ...DEFAULT_POLICY_SETTINGS, sessionMaxHours: 700, sessionIdleMinutes: 600 };

  it('are those of the application', () => {
    const limits = sessionLimits('demo-shop', { settings, issuesToken: true });
    expect(limits).toEqual({ maxSeconds: 700 * 3_600, idleSeconds: 36_000 });
  });

  it('know no idleness where the tokens are not ours', () => {
    expect(sessionLimits('demo-shop', { settings, issuesToken: false }).idleSeconds).toBeNull();
  });

  it('of a portal, and of settings that cannot be read, are the defaults', () => {
    const defaults = { maxSeconds: 86_400, idleSeconds: 3_600 };
    expect(sessionLimits('user-portal', { settings, issuesToken: true })).toEqual(defaults);
    expect(sessionLimits('demo-shop', { settings: 'unreadable', issuesToken: true })).toEqual(defaults);
  });
});
