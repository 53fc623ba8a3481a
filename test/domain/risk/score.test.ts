/** First sign-in, the learning cap and weights. */
import { SIGNAL_CODES } from '../../../domain/risk/assessment';
import { DEFAULT_WEIGHTS, FLOOR_SIGNALS } from '../../../domain/risk/settings';
import {
  FACTS,
  IN_TOKYO,
  MINUTE,
  NEW_DEVICE,
  NEW_IP,
  NEW_YORK,
  NOW,
  failures,
  network,
  pointsOfSignIn,
  scoreOfSignIn,
  settings,
} from './fixtures';

describe('first sign-in and learning', () => {
  const after = (completedSignIns: number) => ({ completedSignIns });
  const foreignStranger = { ...NEW_DEVICE, ...IN_TOKYO };

  it('replaces every novelty and travel signal by first_sign_in, and keeps the adversarial ones', () => {
    const facts = {
      ...foreignStranger,
      ...network({ classes: ['hosting'] }, IN_TOKYO.network),
      failures: { sameFingerprint: 5, otherFingerprints: 1, accountsFromIp: 5 },
      agent: { ...FACTS.agent, isBot: true },
    };
    expect(pointsOfSignIn({ facts, profile: after(0) })).toEqual({
      first_sign_in: 30,
      hosting: 20,
      failed_attempts: 30,
      account_failures: 1,
      ip_spraying: 25,
      bot_agent: 20,
    });
  });
  it('caps the score at 79 for the first three sign-ins', () => {
    expect(
      [1, 2, 3].map((count) => scoreOfSignIn({ facts: foreignStranger, profile: after(count) })),
    ).toEqual([79, 79, 85]);
  });
  it.each([
    ['a threat feed', { ...foreignStranger, ...network({ classes: ['threat_intel'] }, IN_TOKYO.network) }],
    ['a Tor exit', { ...foreignStranger, ...network({ classes: ['tor_exit'] }, IN_TOKYO.network) }],
    ['ten failures', { ...foreignStranger, ...failures(10) }],
  ])('lifts the cap for %s', (_name, facts) => {
    expect(scoreOfSignIn({ facts, profile: after(1) })).toBe(100);
  });
  it('lifts the cap for impossible travel', () => {
    const profile = {
      ...after(1),
      lastSignIn: { at: NOW - 30 * MINUTE, ipKey: 'ip-home', coordinates: NEW_YORK, masked: false },
    };
    expect(scoreOfSignIn({ facts: foreignStranger, profile })).toBe(100);
  });
  it('keeps the cap when only a stale list names the address', () => {
    const facts = { ...foreignStranger, ...network({ staleClasses: ['threat_intel'] }, IN_TOKYO.network) };
    expect(scoreOfSignIn({ facts, profile: after(1) })).toBe(79);
  });
  it('keeps the cap for fewer than ten failures and for VPN, hosting, spraying and bots', () => {
    const facts = {
      ...foreignStranger,
      ...network({ classes: ['vpn', 'hosting'] }, IN_TOKYO.network),
      agent: { ...FACTS.agent, isBot: true },
      failures: { sameFingerprint: 9, otherFingerprints: 99, accountsFromIp: 99 },
    };
    expect(scoreOfSignIn({ facts, profile: after(2) })).toBe(79);
  });
});

describe('weights', () => {
  it('scale the milder grades of a signal with its weight', () => {
    const doubled = settings({ weights: { ...DEFAULT_WEIGHTS, new_ip: 50, failed_attempts: 100 } });
    const facts = { ipKey: 'ip-new', ...failures(3) };
    expect(pointsOfSignIn({ facts, settings: doubled })).toMatchObject({ new_ip: 10, failed_attempts: 30 });
  });
  it('cannot take away a floor', () => {
    const none = Object.fromEntries(
      SIGNAL_CODES.map((code) => [code, 0]),
    ) as unknown as typeof DEFAULT_WEIGHTS;
    expect(scoreOfSignIn({ facts: NEW_DEVICE, settings: settings({ weights: none }) })).toBe(30);
  });
  it.each([NaN, -5, Infinity, 1000, '9', null, undefined])(
    'fall back to the default when set to %p',
    (weight) => {
      const weights = { ...DEFAULT_WEIGHTS, new_ip: weight as number };
      expect(pointsOfSignIn({ facts: NEW_IP, settings: settings({ weights }) }).new_ip).toBe(25);
    },
  );
  it('never make trusted_device speak against the user', () => {
    const weights = { ...DEFAULT_WEIGHTS, trusted_device: 20 };
    expect(pointsOfSignIn({ settings: settings({ weights }) }).trusted_device).toBe(-20);
  });
  it('have floors on novelty, travel and unknowns alone', () => {
    expect([...FLOOR_SIGNALS].sort()).toEqual(
      [
        'first_sign_in',
        'geo_unknown',
        'impossible_travel',
        'new_country',
        'new_device',
        'new_ip',
        'new_region',
        'trust_expired',
        'untrusted_device',
      ].sort(),
    );
  });
});
