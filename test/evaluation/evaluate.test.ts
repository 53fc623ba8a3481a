import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from '../../domain/policy/policy';
import type { NetworkFacts } from '../../domain/risk/facts';
import { createEvaluation, type Judged } from '../../evaluation/evaluate';
import type { RiskEvent } from '../../evaluation/risk-event';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const PLACES: Record<string, NetworkFacts> = {
  '81.2.69.142': { asn: 20712, country: 'GB', classes: [], staleClasses: [] },
  '81.2.69.143': { asn: 20712, country: 'GB', classes: [], staleClasses: [] },
  '203.0.113.9': { asn: 64500, country: 'BR', classes: ['threat_intel'], staleClasses: [] },
};
const HOME: RiskEvent = {
  id: 'e',
  at: START,
  userId: 'u1',
  clientId: 'shop',
  ip: '81.2.69.142',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  fingerprint: 'home',
  outcome: 'ok',
  mfa: 'pass',
  holdsDeviceToken: true,
};

function evaluation(settings: Partial<PolicySettings> = {}) {
  const lookUp = (ip: string): NetworkFacts => PLACES[ip] ?? { classes: [], staleClasses: [] };
  const { take } = createEvaluation({ settings: { ...DEFAULT_POLICY_SETTINGS, ...settings }, lookUp });
  const judge = (change: Partial<RiskEvent> = {}): Judged => {
    const judged = take({ ...HOME, ...change });
    if (judged === 'recorded') throw new Error('not judged');
    return judged;
  };
  /** Four sign-ins at home, the first with MFA. */
  const settle = (userId = 'u1') => {
    for (let day = 0; day < 4; day += 1) judge({ userId, at: START + day * DAY });
  };
  const fail = (count: number, change: Partial<RiskEvent> = {}) => {
    for (let n = 0; n < count; n += 1) take({ ...HOME, outcome: 'failed_first_factor', ...change });
  };
  return { judge, settle, fail };
}

const LATER = START + 5 * DAY;
const codes = ({ assessment }: Judged) =>
  assessment.kind === 'scored' ? assessment.signals.map(({ code }) => code) : [];

describe('a stream', () => {
  it('challenges the first sign-in and lets the same device in for 30 days after its MFA', () => {
    const { judge } = evaluation();
    expect(judge()).toMatchObject({ outcome: 'challenge', assessment: { score: 30 } });
    expect(judge({ at: START + 30 * DAY - 1 })).toMatchObject({ outcome: 'allow', assessment: { score: 0 } });
    expect(codes(judge({ at: START + 30 * DAY }))).toContain('trust_expired');
  });

  it('does not skip for a copied fingerprint whose browser does not hold the token', () => {
    const { judge, settle } = evaluation();
    settle();
    const copied = judge({ at: LATER, holdsDeviceToken: false });
    expect(copied.outcome).toBe('challenge');
    expect(codes(copied)).toContain('untrusted_device');
  });

  it.each(['fail', 'abandon'] as const)('learns nothing from a challenge that ends in %s', (mfa) => {
    const { judge, settle } = evaluation();
    settle();
    const stranger = { at: LATER, fingerprint: 'other', mfa } as const;
    expect(judge(stranger).outcome).toBe('challenge');
    expect(codes(judge(stranger))).toContain('new_device');
  });

  it('learns nothing from a block, whatever MFA would have said', () => {
    const { judge, settle } = evaluation();
    settle();
    const listed = { at: LATER, ip: '203.0.113.9', fingerprint: 'other' };
    expect(judge(listed).outcome).toBe('block');
    expect(codes(judge(listed))).toContain('new_device');
  });

  it('learns nothing from what only a lax threshold lets in', () => {
    const { judge } = evaluation({ mfaThreshold: 40 });
    // A portal asks for MFA, and that teaches.
    judge({ clientId: 'user-portal' });
    expect(judge({ at: LATER, fingerprint: 'other' })).toMatchObject({
      outcome: 'allow',
      assessment: { score: 30 },
    });
    expect(codes(judge({ at: LATER + 1, fingerprint: 'other' }))).toContain('new_device');
  });

  it('counts failures for 15 minutes on the account and an hour on the address', () => {
    const { judge, settle, fail } = evaluation();
    settle();
    fail(10, { at: LATER, fingerprint: 'other' });
    expect(judge({ at: LATER + 1, fingerprint: 'other', mfa: 'fail' }).outcome).toBe('block');
    expect(codes(judge({ at: LATER + 15 * 60_000, fingerprint: 'other', mfa: 'fail' }))).not.toContain(
      'failed_attempts',
    );
    ['a', 'b', 'c', 'd', 'e'].forEach((userId) => fail(1, { at: LATER, userId }));
    expect(codes(judge({ at: LATER + 59 * 60_000 }))).toContain('ip_spraying');
    expect(codes(judge({ at: LATER + 60 * 60_000 }))).not.toContain('ip_spraying');
  });

  it('never charges the holder of a trusted device with failures of others', () => {
    const { judge, settle, fail } = evaluation();
    settle();
    fail(40, { at: LATER, holdsDeviceToken: false });
    fail(40, { at: LATER, fingerprint: 'other', ip: '81.2.69.143' });
    expect(judge({ at: LATER + 1 })).toMatchObject({ outcome: 'allow', assessment: { score: 0 } });
  });

  it('keeps users apart', () => {
    const { judge, settle } = evaluation();
    settle('u1');
    expect(codes(judge({ userId: 'u2', at: LATER }))).toEqual(['first_sign_in']);
  });

  it('follows the settings: modes of addresses, thresholds, weights', () => {
    const newAddress = { at: LATER, ip: '81.2.69.143' };
    const scored = (settings: Partial<PolicySettings>) => {
      const { judge, settle } = evaluation(settings);
      settle();
      return judge(newAddress);
    };
    expect(scored({})).toMatchObject({ outcome: 'challenge', assessment: { score: 30 } });
    expect(scored({ ipMatch: 'asn' })).toMatchObject({ outcome: 'allow', assessment: { score: 0 } });
    expect(scored({ mfaThreshold: 31 })).toMatchObject({ outcome: 'allow' });
    expect(scored({ weights: { new_ip: 100, trusted_device: 0 }, blockThreshold: 30 }).outcome).toBe('block');
  });

  it('always challenges at a portal, by its own settings', () => {
    const { judge, settle } = evaluation({ mfaThreshold: 100, blockThreshold: 100 });
    settle();
    expect(judge({ at: LATER, clientId: 'user-portal' }).outcome).toBe('challenge');
  });

  it('remembers of users who stay away what the product remembers: that they are no newcomers', () => {
    const { judge, settle } = evaluation();
    settle('u1');
    settle('u2');
    judge({ userId: 'u3', at: START + 200 * DAY });
    const back = judge({ userId: 'u1', at: START + 200 * DAY });
    expect(codes(back)).toEqual(expect.arrayContaining(['new_device', 'new_ip']));
    expect(codes(back)).not.toContain('first_sign_in');
  });
});
