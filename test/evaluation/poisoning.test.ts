/** What attackers do leaves no mark on what is known of their victims, and locks none of them out. */
import * as fc from 'fast-check';
import { DEFAULT_POLICY_SETTINGS } from '../../domain/policy/policy';
import type { NetworkFacts } from '../../domain/risk/facts';
import { createEvaluation } from '../../evaluation/evaluate';
import type { RiskEvent } from '../../evaluation/risk-event';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const LISTED = '203.0.113.9';
const HOME: RiskEvent = {
  id: 'e',
  at: START,
  userId: 'victim',
  clientId: 'shop',
  ip: '81.2.69.142',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  fingerprint: 'home',
  outcome: 'ok',
  mfa: 'pass',
  holdsDeviceToken: true,
};

const lookUp = (ip: string): NetworkFacts =>
  ip === LISTED
    ? { asn: 64500, country: 'BR', classes: ['threat_intel'], staleClasses: [] }
    : { asn: 20712, country: 'GB', classes: [], staleClasses: [] };

/** A victim with ten sign-ins at home. */
function settled() {
  const { take } = createEvaluation({ settings: DEFAULT_POLICY_SETTINGS, lookUp });
  for (let day = 0; day < 10; day += 1) take({ ...HOME, at: START + day * DAY });
  return take;
}

const LATER = START + 10 * DAY;
/** Long after the windows of the failures. */
const AFTERWARDS = LATER + 2 * DAY;
const PROBES: readonly Partial<RiskEvent>[] = [
  {},
  { fingerprint: 'attacker' },
  { ip: LISTED },
  { ip: '81.2.69.200' },
  { fingerprint: 'home', holdsDeviceToken: false },
];

function verdictsAfter(attacks: readonly Partial<RiskEvent>[]) {
  return PROBES.map((probe) => {
    const take = settled();
    for (const [index, attack] of attacks.entries()) take({ ...HOME, at: LATER + index * 10, ...attack });
    return take({ ...HOME, at: AFTERWARDS, mfa: 'abandon', ...probe });
  });
}

describe('a thousand attempts', () => {
  const thousand = (attack: Partial<RiskEvent>) => Array.from({ length: 1_000 }, () => attack);
  it.each([
    ['with wrong passwords', { outcome: 'failed_first_factor', ip: LISTED, fingerprint: 'attacker' }],
    [
      'with wrong passwords under the victim’s fingerprint',
      { outcome: 'failed_first_factor', holdsDeviceToken: false },
    ],
    ['that were blocked', { ip: LISTED, fingerprint: 'attacker', mfa: 'pass' }],
    ['whose MFA failed', { fingerprint: 'attacker', mfa: 'fail' }],
    ['that gave up at MFA', { fingerprint: 'attacker', mfa: 'abandon' }],
  ] as const)('%s change nothing of what is known', (_, attack) => {
    expect(verdictsAfter(thousand(attack))).toEqual(verdictsAfter([]));
  });
});

describe('a victim on a trusted device and a known address', () => {
  const attack: fc.Arbitrary<Partial<RiskEvent>> = fc.record({
    outcome: fc.constantFrom('failed_first_factor' as const, 'ok' as const),
    mfa: fc.constantFrom('fail' as const, 'abandon' as const),
    ip: fc.constantFrom(HOME.ip, LISTED, '81.2.69.200'),
    fingerprint: fc.constantFrom('home', 'attacker', 'other'),
    userId: fc.constantFrom('victim', 'victim', 'a', 'b', 'c', 'd', 'e', 'f'),
    holdsDeviceToken: fc.constant(false),
  });

  it('is never blocked by what others do without the token of the device', () => {
    fc.assert(
      fc.property(fc.array(attack, { maxLength: 120 }), (attacks) => {
        const take = settled();
        for (const [index, one] of attacks.entries()) take({ ...HOME, at: LATER + index, ...one });
        const judged = take({ ...HOME, at: LATER + attacks.length });
        expect(judged).toMatchObject({ outcome: expect.stringMatching(/^(allow|challenge)$/) });
      }),
      { numRuns: 200 },
    );
  });

  it('is let in as ever while nobody sprays from the very address', () => {
    fc.assert(
      fc.property(fc.array(attack, { maxLength: 120 }), (attacks) => {
        const take = settled();
        for (const [index, one] of attacks.entries())
          take({ ...HOME, at: LATER + index, ...one, ip: LISTED });
        expect(take({ ...HOME, at: LATER + attacks.length })).toMatchObject({ outcome: 'allow' });
      }),
    );
  });
});
