/** A block in words, for administrators. */
import { DECISION_REASONS } from '../../../domain/policy/decision';
import { reasonText } from '../../../domain/policy/reason-text';
import { DEFAULT_WEIGHTS } from '../../../domain/risk/settings';
import type { Signal, SignalCode } from '../../../domain/risk/assessment';
import { FLOOR_SIGNALS, signalPoints, DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import { decideOn, scored } from './fixtures';

describe('the block reason', () => {
  const signal = (code: SignalCode, change: Partial<Signal> = {}): Signal => ({
    code,
    points: signalPoints(DEFAULT_RISK_SETTINGS, code),
    floor: FLOOR_SIGNALS.has(code),
    ...change,
  });
  const reasonFor = (...signals: readonly Signal[]) =>
    decideOn({ assessment: scored(100, signals) }).blockReason;

  it('names the signals in their order, a new place standing for its new address', () => {
    const codes = ['new_device', 'new_ip', 'new_country', 'impossible_travel'] as const;
    expect(reasonFor(...codes.map((code) => signal(code)))).toBe(
      'Login blocked: new device, new country, impossible travel',
    );
  });
  it('names a new address that came alone', () => {
    expect(reasonFor(signal('new_device'), signal('new_ip'), signal('threat_intel'))).toBe(
      'Login blocked: new device, new IP address, address on a threat list',
    );
  });
  it('leaves out what speaks for the user, what is stale and what was only listed', () => {
    expect(
      reasonFor(
        signal('trusted_device'),
        signal('threat_intel', { points: 0, stale: true }),
        signal('vpn', { points: 0 }),
        signal('failed_attempts', { blocks: true }),
      ),
    ).toBe('Login blocked: repeated failed attempts');
  });
  it('is never empty, and there only with a block', () => {
    expect(reasonFor()).toBe('Login blocked: high risk');
    expect(decideOn({ assessment: scored(79) })).not.toHaveProperty('blockReason');
  });
  it('has words for every signal', () => {
    for (const code of Object.keys(DEFAULT_WEIGHTS) as SignalCode[]) {
      expect(reasonFor(signal(code, { points: 1 }))).toMatch(/^Login blocked: [A-Za-z][A-Za-z -]+$/);
    }
  });
});

describe('the reason in words', () => {
  it('calls a portal a ZewstID portal, and has words for every reason', () => {
    expect(reasonText('portal')).toBe('ZewstID portal');
    for (const reason of DECISION_REASONS) expect(reasonText(reason)).toMatch(/^[A-Za-z][A-Za-z -]+$/);
  });
});
