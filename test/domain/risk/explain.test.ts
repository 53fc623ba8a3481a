import { userTextOf } from '../../../domain/policy/user-text';
import type { Assessment } from '../../../domain/risk/assessment';
import { SIGNAL_CODES } from '../../../domain/risk/assessment';
import { explain, type Explainable } from '../../../domain/risk/explain';

const ASSESSMENT: Assessment = {
  kind: 'scored',
  score: 55,
  floor: true,
  signals: [
    { code: 'new_device', points: 30, floor: true },
    { code: 'new_ip', points: 25, floor: true },
  ],
  counterfactuals: {
    mfaThreshold: 30,
    blockThreshold: 80,
    found: [
      { changes: ['trusted_device', 'known_address'], score: 0 },
      { changes: ['trusted_device'], score: 30 },
    ],
  },
};
const decision = (change: Partial<Explainable> = {}): Explainable => ({
  assessment: ASSESSMENT,
  policy: 'smart',
  reason: 'risk_score',
  outcome: 'challenge',
  ...change,
});
const texts = (change: Partial<Explainable>) =>
  explain(decision(change)).counterfactuals.map(({ text }) => text);

describe('an explanation', () => {
  it('names the signals with their points, in words', () => {
    expect(explain(decision())).toMatchObject({
      signals: [
        { code: 'new_device', points: 30 },
        { code: 'new_ip', points: 25 },
      ],
      explanation: ['new device: 30', 'new IP address: 25'],
    });
    const signals = [{ code: 'vpn', points: 0, floor: false, stale: true }] as const;
    expect(explain(decision({ assessment: { ...ASSESSMENT, signals } })).explanation).toEqual([
      'VPN: 0, as its list is too old',
    ]);
  });

  it('says what would have changed the outcome, and leaves out what would not', () => {
    expect(explain(decision()).counterfactuals).toEqual([
      {
        changes: ['trusted_device', 'known_address'],
        riskScore: 0,
        outcome: 'allow',
        text: 'On a device with MFA in the last 30 days and from an address used before this would have scored 0 and been let in.',
      },
    ]);
  });

  it('of a block says what would have left MFA', () => {
    const blocked = { ...ASSESSMENT, score: 85 };
    expect(texts({ assessment: blocked, outcome: 'block', reason: 'risk_block' })).toEqual([
      expect.stringContaining('been let in'),
      'On a device with MFA in the last 30 days this would have scored 30 and been asked for MFA.',
    ]);
    expect(texts({ assessment: blocked, outcome: 'block', reason: 'risk_block', policy: 'always' })).toEqual([
      expect.stringContaining('scored 0 and been asked for MFA'),
      expect.stringContaining('scored 30 and been asked for MFA'),
    ]);
    expect(
      texts({ assessment: blocked, outcome: 'block', reason: 'risk_block', policy: 'never' })[1],
    ).toContain('scored 30 and been let in');
  });

  it.each(['portal', 'policy_always', 'account_disabled', 'policy_unavailable', 'proof_too_old'] as const)(
    'claims no other outcome where the score did not decide: %s',
    (reason) => {
      expect(texts({ reason, policy: 'always' })).toEqual([]);
    },
  );

  it('says how long a journey takes', () => {
    const found = [{ changes: ['slower_travel'], score: 0 }] as const;
    const counterfactuals = { mfaThreshold: 30, blockThreshold: 80, travelHours: 10.9, found };
    expect(texts({ assessment: { ...ASSESSMENT, counterfactuals } })).toEqual([
      '10.9 hours after the last sign-in this would have scored 0 and been let in.',
    ]);
  });

  it('names the three features that weigh most in the likelihood', () => {
    const likelihood = {
      ...{ llr: 5.2, score: 48, rulesScore: 30, applied: true },
      terms: [
        { feature: 'fingerprint', llr: 3.2 },
        { feature: 'asn', llr: 4.1 },
        { feature: 'country', llr: -2.3 },
        { feature: 'browser', llr: 0.2 },
        { feature: 'os', llr: 0 },
        { feature: 'ip', llr: 0.1 },
      ],
    } as const;
    expect(explain(decision({ assessment: { ...ASSESSMENT, likelihood } })).likelihood).toEqual({
      ...{ llr: 5.2, score: 48, rulesScore: 30, applied: true },
      reasons: [
        {
          feature: 'asn',
          llr: 4.1,
          text: 'network operator: 60 times likelier for somebody else than for this user',
        },
        {
          feature: 'fingerprint',
          llr: 3.2,
          text: 'browser fingerprint: 25 times likelier for somebody else than for this user',
        },
        {
          feature: 'country',
          llr: -2.3,
          text: 'country: 10.0 times likelier for this user than for somebody else',
        },
      ],
    });
  });

  it('of an unavailable risk is empty', () => {
    expect(explain(decision({ assessment: { kind: 'unavailable' } }))).toEqual({
      signals: [],
      explanation: [],
      likelihood: null,
      counterfactuals: [],
    });
  });
});

describe('the text for the user', () => {
  it('says the same whatever the signals were, in every language, and names none of them', () => {
    for (const outcome of ['allow', 'challenge', 'block'] as const) {
      const text = userTextOf(outcome);
      expect(Object.keys(text ?? {}).sort()).toEqual(['de', 'en', 'es', 'fr']);
      const all = JSON.stringify(text).toLowerCase();
      for (const code of SIGNAL_CODES) expect(all).not.toContain(code.replace(/_/g, ' '));
      expect(all).not.toMatch(/vpn|tor |\bip\b|score|country|fingerprint/);
    }
    expect(userTextOf('none')).toBeNull();
  });
});
