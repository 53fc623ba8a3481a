import { forget } from '../../../domain/risk/forget';
import { emptyProfile, learn } from '../../../domain/risk/learn';
import { isRiskProfile } from '../../../domain/risk/parse-profile';
import type { SignInFacts } from '../../../domain/risk/facts';

const facts = (name: string): SignInFacts => ({
  deviceKey: `device-${name}`,
  ipKey: `ip-${name}`,
  prefixKey: `prefix-${name}`,
  deviceTrust: { kind: 'none' },
  network: { classes: [], staleClasses: [] },
  agent: { browserFamily: 'Firefox', osFamily: 'Linux', isBot: false },
  failures: { sameFingerprint: 0, otherFingerprints: 0, accountsFromIp: 0 },
});
const NOW = 1_800_000_000_000;
const owner = learn({ profile: emptyProfile(), facts: facts('owner'), now: NOW, mfa: true });
const both = learn({ profile: owner, facts: facts('stranger'), now: NOW + 1, mfa: true });

describe('a profile from which a sign-in is forgotten', () => {
  it('does not know its device and its address any more, and measures no travel from it', () => {
    const left = forget(both, facts('stranger'));
    expect(left.devices.map(({ key }) => key)).toEqual(['device-owner']);
    expect(left.networks.map(({ ipKey }) => ipKey)).toEqual(['ip-owner']);
    expect(left.lastSignIn).toBeUndefined();
    expect(isRiskProfile(left)).toBe(true);
  });

  it('is unchanged by one that it never learned', () => {
    expect(forget(owner, facts('stranger'))).toEqual(owner);
  });
});
