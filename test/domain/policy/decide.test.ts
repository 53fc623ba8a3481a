/** The decision order, for every policy, score and setting. */
import type { DecideInput } from '../../../domain/policy/decide';
import type { DecisionReason, Outcome } from '../../../domain/policy/decision';
import { PORTAL_CLIENT_IDS } from '../../../domain/policy/policy';
import type { Assessment } from '../../../domain/risk/assessment';
import { UNAVAILABLE, decideOn, scored } from './fixtures';

type Row = readonly [Outcome, DecisionReason];
const LOW = [0, 29] as const;
const MIDDLE = [30, 79] as const;
const HIGH = [80, 100] as const;

/** Columns: score 0–29, 30–79, 80–100, unavailable. */
const TABLE: readonly {
  readonly name: string;
  readonly change: Partial<DecideInput>;
  readonly blockOnCritical: boolean;
  readonly rows: readonly [Row, Row, Row, Row];
}[] = [
  ...[false, true].flatMap((blockOnCritical) => [
    {
      name: 'smart',
      change: { policy: 'smart' as const },
      blockOnCritical,
      rows: [
        ['allow', 'low_risk'],
        ['challenge', 'risk_score'],
        ['block', 'risk_block'],
        ['challenge', 'risk_unavailable'],
      ] as const,
    },
    {
      name: 'always',
      change: { policy: 'always' as const },
      blockOnCritical,
      rows: [
        ['challenge', 'policy_always'],
        ['challenge', 'policy_always'],
        ['block', 'risk_block'],
        ['challenge', 'policy_always'],
      ] as const,
    },
    {
      name: 'an unreadable policy',
      change: { policy: 'unreadable' as const },
      blockOnCritical,
      rows: [
        ['challenge', 'policy_unavailable'],
        ['challenge', 'policy_unavailable'],
        ['block', 'risk_block'],
        ['challenge', 'policy_unavailable'],
      ] as const,
    },
    ...(['smart', 'always', 'never', 'unreadable'] as const).map((policy) => ({
      name: `a portal (stored policy: ${policy})`,
      change: { clientId: 'admin-dashboard', policy },
      blockOnCritical,
      rows: [
        ['challenge', 'portal'],
        ['challenge', 'portal'],
        ['block', 'risk_block'],
        ['challenge', 'portal'],
      ] as const,
    })),
  ]),
  {
    name: 'never',
    change: { policy: 'never' },
    blockOnCritical: false,
    rows: [
      ['allow', 'policy_never'],
      ['allow', 'policy_never'],
      ['allow', 'policy_never'],
      ['allow', 'policy_never'],
    ],
  },
  {
    name: 'never',
    change: { policy: 'never' },
    blockOnCritical: true,
    rows: [
      ['allow', 'policy_never'],
      ['allow', 'policy_never'],
      ['block', 'risk_block'],
      ['challenge', 'risk_unavailable'],
    ],
  },
];

describe('the decision order', () => {
  const columns: readonly (readonly Assessment[])[] = [
    LOW.map((score) => scored(score)),
    MIDDLE.map((score) => scored(score)),
    HIGH.map((score) => scored(score)),
    [UNAVAILABLE],
  ];

  it.each(TABLE)(
    '$name with blockOnCritical $blockOnCritical decides by score as the table says',
    ({ change, blockOnCritical, rows }) => {
      rows.forEach(([outcome, reason], column) => {
        for (const assessment of columns[column] ?? []) {
          const decision = decideOn({ ...change, assessment }, { blockOnCritical });
          expect(decision).toMatchObject({ outcome, reason, enrollment: 'none' });
          expect(decision.riskScore).toBe(assessment.kind === 'scored' ? assessment.score : null);
        }
      });
    },
  );

  it.each(TABLE)(
    '$name blocks a disabled user and a suspended organization before all else',
    ({ change }) => {
      for (const assessment of columns.flat()) {
        const disabled = { userActive: false, organizationActive: true };
        const suspended = { userActive: true, organizationActive: false };
        expect(decideOn({ ...change, assessment, account: disabled })).toMatchObject({
          outcome: 'block',
          reason: 'account_disabled',
          blockReason: 'Login blocked: account disabled',
        });
        expect(decideOn({ ...change, assessment, account: suspended })).toMatchObject({
          outcome: 'block',
          reason: 'organization_suspended',
          blockReason: 'Login blocked: organization suspended',
        });
      }
    },
  );

  it('pins 29, 30, 79 and 80 under smart', () => {
    const outcomes = [29, 30, 79, 80].map((score) => decideOn({ assessment: scored(score) }).outcome);
    expect(outcomes).toEqual(['allow', 'challenge', 'challenge', 'block']);
  });

  it('names the policy as applied: always for portals and unreadable policies', () => {
    expect(decideOn({ policy: 'never', clientId: 'org-portal' }).policy).toBe('always');
    expect(decideOn({ policy: 'unreadable' }).policy).toBe('always');
    expect(decideOn({ policy: 'junk' as 'smart' })).toMatchObject({
      policy: 'always',
      reason: 'policy_unavailable',
    });
    expect(decideOn({ policy: 'never' }).policy).toBe('never');
  });

  it.each(PORTAL_CLIENT_IDS)('%s keeps the default thresholds whatever is stored', (clientId) => {
    const lax = { mfaThreshold: 100, blockThreshold: 100 };
    expect(decideOn({ clientId, assessment: scored(80) }, lax).outcome).toBe('block');
    expect(decideOn({ clientId, assessment: scored(79) }, { blockThreshold: 50 }).outcome).toBe('challenge');
  });

  it.each(['User-Portal', 'user-portal ', 'user-portal.example', 'my-user-portal'])(
    'does not take %p for a portal',
    (clientId) => {
      expect(decideOn({ clientId, policy: 'never' }).reason).toBe('policy_never');
    },
  );

  it("uses the application's thresholds at their exact values", () => {
    const set = { mfaThreshold: 50, blockThreshold: 60 };
    const outcomes = [49, 50, 59, 60].map((score) => decideOn({ assessment: scored(score) }, set).outcome);
    expect(outcomes).toEqual(['allow', 'challenge', 'challenge', 'block']);
  });

  it('ignores the stored settings while the policy is unreadable', () => {
    const lax = { mfaThreshold: 100, blockThreshold: 100 };
    expect(decideOn({ policy: 'unreadable', assessment: scored(80) }, lax).outcome).toBe('block');
  });
});

describe('garbage never leads to allow under smart', () => {
  it.each([NaN, -1, 101, 29.5, Infinity, -Infinity, '0', null, undefined, {}])('score %p', (score) => {
    const decision = decideOn({ assessment: scored(score as number) });
    expect(decision).toMatchObject({ outcome: 'challenge', reason: 'risk_unavailable', riskScore: null });
  });
  it.each([undefined, null, {}, 'scored'])('assessment %p', (assessment) => {
    expect(decideOn({ assessment: assessment as Assessment }).reason).toBe('risk_unavailable');
  });
  it.each([NaN, Infinity, 0, 101, '200', null, undefined])('thresholds %p', (threshold) => {
    const broken = { mfaThreshold: threshold as number, blockThreshold: threshold as number };
    expect(decideOn({ assessment: scored(30) }, broken).outcome).toBe('challenge');
    expect(decideOn({ assessment: scored(80) }, broken).outcome).toBe('block');
  });
});
