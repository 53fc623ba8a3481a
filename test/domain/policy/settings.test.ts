/** Which settings an application may have, and what holds for a portal in their place. */
import { parsePolicySettings } from '../../../domain/policy/parse-settings';
import {
  DEFAULT_POLICY_SETTINGS,
  PORTAL_CLIENT_IDS,
  effectiveRiskSettings,
  effectiveWhenNoMethod,
  isPortal,
} from '../../../domain/policy/policy';
import { DEFAULT_RISK_SETTINGS, DEFAULT_WEIGHTS } from '../../../domain/risk/settings';

describe('a change of settings', () => {
  it('keeps what it does not name', () => {
    const current = { ...DEFAULT_POLICY_SETTINGS, ipMatch: 'asn', weights: { vpn: 50 } } as const;
    expect(parsePolicySettings({}, current)).toEqual({ ok: true, settings: current });
    expect(parsePolicySettings({ blockOnCritical: true }, current)).toEqual({
      ok: true,
      settings: { ...current, blockOnCritical: true },
    });
  });
  it('replaces a setting it names whole', () => {
    const current = { ...DEFAULT_POLICY_SETTINGS, weights: { vpn: 50 } };
    expect(parsePolicySettings({ weights: { hosting: 0 } }, current)).toMatchObject({
      settings: { weights: { hosting: 0 } },
    });
    expect(parsePolicySettings({ weights: {} }, current)).toMatchObject({ settings: { weights: {} } });
  });
  it('accepts every setting of the contract, and reads back what it stored', () => {
    const settings = {
      ipMatch: 'adaptive',
      blockOnCritical: true,
      whenNoMethod: 'deny',
      trustDevice: 'off',
      mfaThreshold: 1,
      blockThreshold: 100,
      weights: { new_device: 100, vpn: 0, trusted_device: -100 },
      stepUpActions: { payment: { maxAge: 0 }, 'wire-transfer': { maxAge: 1800 } },
      riskModel: 'rules+likelihood',
      likelihoodThresholds: { theta30: -1.5, theta80: 9 },
      pushNumberDigits: 6,
      sessionMaxHours: 720,
      sessionIdleMinutes: 5,
    };
    expect(parsePolicySettings(settings)).toEqual({ ok: true, settings });
    expect(parsePolicySettings(JSON.parse(JSON.stringify(settings)))).toEqual({ ok: true, settings });
  });
  it('checks a threshold against the other one that is already stored', () => {
    expect(parsePolicySettings({ mfaThreshold: 81 }).ok).toBe(false);
    expect(parsePolicySettings({ blockThreshold: 29 }).ok).toBe(false);
    expect(parsePolicySettings({ mfaThreshold: 80 }).ok).toBe(true);
    expect(parsePolicySettings({ mfaThreshold: 81, blockThreshold: 81 }).ok).toBe(true);
  });
  it.each([
    ['nothing', null],
    ['a list', []],
    ['a string', '{}'],
    ['an unknown setting', { mfaTreshold: 10 }],
    ['a prototype key', JSON.parse('{"__proto__": {"mfaThreshold": 100}}')],
    ['an inherited name', { toString: 1 }],
    ['an unknown mode', { ipMatch: 'lax' }],
    ['an unknown whenNoMethod', { whenNoMethod: 'ask' }],
    ['an unknown trustDevice', { trustDevice: true }],
    ['an unknown model', { riskModel: 'ml' }],
    ['half of the thresholds', { likelihoodThresholds: { theta30: 1 } }],
    ['thresholds in the wrong order', { likelihoodThresholds: { theta30: 2, theta80: 2 } }],
    ['a threshold of likelihood as text', { likelihoodThresholds: { theta30: '1', theta80: 2 } }],
    ['a NaN threshold of likelihood', { likelihoodThresholds: { theta30: NaN, theta80: 2 } }],
    ['a huge threshold of likelihood', { likelihoodThresholds: { theta30: 0, theta80: 101 } }],
    ['a third threshold', { likelihoodThresholds: { theta30: 1, theta80: 2, theta99: 3 } }],
    ['a truthy blockOnCritical', { blockOnCritical: 1 }],
    ['threshold 0', { mfaThreshold: 0 }],
    ['threshold 101', { blockThreshold: 101 }],
    ['a fractional threshold', { mfaThreshold: 30.5 }],
    ['a NaN threshold', { mfaThreshold: NaN }],
    ['a threshold as text', { mfaThreshold: '30' }],
    ['an undefined threshold', { mfaThreshold: undefined }],
    ['an unknown signal', { weights: { new_moon: 1 } }],
    ['a negative weight', { weights: { new_device: -1 } }],
    ['a huge weight', { weights: { new_device: 101 } }],
    ['an infinite weight', { weights: { new_device: Infinity } }],
    ['a weight as text', { weights: { new_device: '30' } }],
    ['a positive trusted_device', { weights: { trusted_device: 1 } }],
    ['weights as a list', { weights: [30] }],
    ['an action without maxAge', { stepUpActions: { payment: {} } }],
    ['an action with more than maxAge', { stepUpActions: { payment: { maxAge: 1, mfa: false } } }],
    ['maxAge 1801', { stepUpActions: { payment: { maxAge: 1801 } } }],
    ['a negative maxAge', { stepUpActions: { payment: { maxAge: -1 } } }],
    ['a fractional maxAge', { stepUpActions: { payment: { maxAge: 0.5 } } }],
    ['a bad action name', { stepUpActions: { 'Pay!': { maxAge: 1 } } }],
    ['51 actions', { stepUpActions: Object.fromEntries(names(51).map((name) => [name, { maxAge: 1 }])) }],
  ])('with %s is refused', (_name, change) => {
    expect(parsePolicySettings(change)).toEqual({ ok: false, problem: expect.any(String) });
  });
  it('never repeats in its problem what was sent', () => {
    for (const change of [{ secretName: 1 }, { ipMatch: 'secretName' }, { weights: { secretName: 1 } }]) {
      expect(JSON.stringify(parsePolicySettings(change))).not.toContain('secretName');
    }
  });
});

describe('effective settings', () => {
  const lax = {
    ...DEFAULT_POLICY_SETTINGS,
    ipMatch: 'asn',
    mfaThreshold: 90,
    blockThreshold: 95,
    weights: { new_device: 0 },
    whenNoMethod: 'allow',
    riskModel: 'likelihood-shadow',
    likelihoodThresholds: { theta30: 1, theta80: 2 },
  } as const;

  it("are the application's, over the default weights", () => {
    expect(effectiveRiskSettings('demo-shop', lax)).toEqual({
      ipMatch: 'asn',
      mfaThreshold: 90,
      blockThreshold: 95,
      weights: { ...DEFAULT_WEIGHTS, new_device: 0 },
      riskModel: 'likelihood-shadow',
      likelihoodThresholds: { theta30: 1, theta80: 2 },
    });
    expect(effectiveWhenNoMethod('demo-shop', lax)).toBe('allow');
  });
  it.each(PORTAL_CLIENT_IDS)('of %s are the defaults, and enrolment, whatever is stored', (clientId) => {
    expect(isPortal(clientId)).toBe(true);
    expect(effectiveRiskSettings(clientId, lax)).toEqual(DEFAULT_RISK_SETTINGS);
    expect(effectiveWhenNoMethod(clientId, lax)).toBe('enroll');
  });
});

function names(length: number): readonly string[] {
  return Array.from({ length }, (_, index) => `action-${index}`);
}
