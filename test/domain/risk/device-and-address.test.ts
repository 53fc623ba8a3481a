/** Device and address signals: what makes each fire and what it is worth. */
import {
  DAY,
  HOME_DEVICE,
  HOME_NETWORK,
  NEW_IP,
  NOW,
  network,
  pointsOfSignIn,
  scoreOfSignIn,
  settings,
  without,
} from './fixtures';

describe('device', () => {
  it('gives trusted_device −20 to a known device with a valid token', () => {
    expect(pointsOfSignIn({})).toEqual({ trusted_device: -20 });
  });
  it('does not let a copied fingerprint without the token skip', () => {
    const facts = { deviceTrust: { kind: 'none' } } as const;
    expect(pointsOfSignIn({ facts })).toEqual({ untrusted_device: 0 });
    expect(scoreOfSignIn({ facts })).toBe(30);
  });
  it('does not let a token make a device trusted that the profile does not know', () => {
    expect(pointsOfSignIn({ facts: { deviceKey: 'device-new' } })).toEqual({ new_device: 30 });
  });
  it('ends trust at the very moment it expires', () => {
    const heldUntil = (trustedUntil: number) => ({ deviceTrust: { kind: 'held', trustedUntil } as const });
    expect(pointsOfSignIn({ facts: heldUntil(NOW) })).toEqual({ trust_expired: 0 });
    expect(pointsOfSignIn({ facts: heldUntil(NOW + 1) })).toEqual({ trusted_device: -20 });
  });
  it('ends trust 30 days after the last MFA on the device, whatever the token says', () => {
    const mfaAt = (lastMfaAt: number) => ({ devices: [{ ...HOME_DEVICE, lastMfaAt }] });
    expect(pointsOfSignIn({ profile: mfaAt(NOW - 30 * DAY) })).toEqual({ trust_expired: 0 });
    expect(pointsOfSignIn({ profile: mfaAt(NOW - 30 * DAY + 1) })).toEqual({ trusted_device: -20 });
  });
  it('does not trust a device on which MFA never succeeded', () => {
    const neverProven = without(HOME_DEVICE, 'lastMfaAt');
    expect(pointsOfSignIn({ profile: { devices: [neverProven] } })).toEqual({ trust_expired: 0 });
  });
});

describe('address', () => {
  it('is worth 25 when unknown, 15 in a known ASN and country, 5 in a known /24 or /64', () => {
    expect(pointsOfSignIn({ facts: NEW_IP }).new_ip).toBe(25);
    expect(pointsOfSignIn({ facts: { ipKey: 'ip-new', prefixKey: 'prefix-new' } }).new_ip).toBe(15);
    expect(pointsOfSignIn({ facts: { ipKey: 'ip-new' } }).new_ip).toBe(5);
  });
  it('does not take the same ASN in another country for a known network', () => {
    const facts = { ...NEW_IP, ...network({ country: 'CA' }) };
    expect(pointsOfSignIn({ facts }).new_ip).toBe(25);
  });
  it('does not take two unknown ASNs (absent or AS 0) for the same one', () => {
    const profile = { networks: [{ ...HOME_NETWORK, asn: 0 }] };
    const facts = { ...NEW_IP, ...network({ asn: 0 }) };
    for (const ipMatch of ['exact', 'adaptive', 'asn'] as const) {
      expect(pointsOfSignIn({ facts, profile, settings: settings({ ipMatch }) }).new_ip).toBe(25);
    }
  });
  it('forgets an address not seen for six months', () => {
    const seenAt = (lastSeenAt: number) => ({ networks: [{ ...HOME_NETWORK, lastSeenAt }] });
    expect(pointsOfSignIn({ profile: seenAt(NOW - 184 * DAY) }).new_ip).toBe(25);
    expect(pointsOfSignIn({ profile: seenAt(NOW - 182 * DAY) }).new_ip).toBeUndefined();
  });

  describe('in the modes of an application', () => {
    const facts = { ipKey: 'ip-new', prefixKey: 'prefix-new' };
    const used = (addresses: number, signInsEach: number) => ({
      networks: Array.from({ length: addresses }, (_, index) => ({
        ...HOME_NETWORK,
        ipKey: `ip-${index}`,
        prefixKey: `prefix-${index}`,
        signIns: signInsEach,
      })),
    });
    it('exact: any unseen address is new', () => {
      expect(pointsOfSignIn({ facts, profile: used(9, 1) }).new_ip).toBe(15);
    });
    it('asn: an unseen address in a known ASN and country is not new', () => {
      const asn = settings({ ipMatch: 'asn' });
      expect(scoreOfSignIn({ facts, settings: asn })).toBe(0);
      expect(pointsOfSignIn({ facts: NEW_IP, settings: asn }).new_ip).toBe(25);
      expect(
        pointsOfSignIn({ facts: { ...facts, ...network({ country: 'CA' }) }, settings: asn }).new_ip,
      ).toBe(25);
    });
    it.each([
      { addresses: 4, signInsEach: 1, isNew: false },
      { addresses: 2, signInsEach: 2, isNew: false },
      { addresses: 3, signInsEach: 1, isNew: true },
      { addresses: 2, signInsEach: 3, isNew: true },
      { addresses: 1, signInsEach: 10, isNew: true },
    ])(
      'adaptive: after $addresses addresses with $signInsEach sign-ins each, new is $isNew',
      ({ addresses, signInsEach, isNew }) => {
        const points = pointsOfSignIn({
          facts,
          profile: used(addresses, signInsEach),
          settings: settings({ ipMatch: 'adaptive' }),
        });
        expect(points.new_ip).toBe(isNew ? 15 : undefined);
      },
    );
    it('an unknown mode is as strict as exact', () => {
      const broken = settings({ ipMatch: 'lax' as 'asn' });
      expect(pointsOfSignIn({ facts, settings: broken }).new_ip).toBe(15);
    });
  });
});
