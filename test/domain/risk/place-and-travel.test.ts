/** Place and travel signals: what makes each fire and what it is worth. */
import {
  CHICAGO,
  FACTS,
  HOME_NETWORK,
  IN_TOKYO,
  MINUTE,
  NEW_IP,
  NEW_YORK,
  NOW,
  assessSignIn,
  network,
  pointsOfSignIn,
  scoreOfSignIn,
  settings,
  without,
} from './fixtures';

describe('place', () => {
  it('signals a country the user was never seen in, even from a known address', () => {
    expect(pointsOfSignIn({ facts: network({ country: 'JP' }) })).toMatchObject({ new_country: 30 });
  });
  it('knows a country by places alone and by networks alone', () => {
    expect(pointsOfSignIn({ profile: { networks: [] } }).new_country).toBeUndefined();
    expect(pointsOfSignIn({ profile: { places: [] } }).new_country).toBeUndefined();
  });
  it('gives no verdict on the country while none is known', () => {
    const placeless = without(HOME_NETWORK, 'country');
    expect(pointsOfSignIn({ profile: { networks: [placeless], places: [] } })).toEqual({
      trusted_device: -20,
    });
  });
  it('signals a new region only from a new address', () => {
    const inChicago = network({ coordinates: CHICAGO });
    expect(pointsOfSignIn({ facts: { ...NEW_IP, ...inChicago } }).new_region).toBe(10);
    expect(pointsOfSignIn({ facts: inChicago }).new_region).toBeUndefined();
    const asn = settings({ ipMatch: 'asn' });
    expect(pointsOfSignIn({ facts: { ...NEW_IP, ...inChicago }, settings: asn }).new_region).toBeUndefined();
  });
  it('measures a region beyond both radii: 100 km is near, more is new', () => {
    const north = (km: number) => ({
      ...NEW_IP,
      ...network({
        coordinates: { ...NEW_YORK, latitude: NEW_YORK.latitude + (km / 6371) * (180 / Math.PI) },
      }),
    });
    expect(pointsOfSignIn({ facts: north(139) }).new_region).toBeUndefined();
    expect(pointsOfSignIn({ facts: north(141) }).new_region).toBe(10);
  });
  it('signals a new country, not a new region as well', () => {
    expect(pointsOfSignIn({ facts: IN_TOKYO }).new_region).toBeUndefined();
  });
  it('asks for MFA when the place of a known user is unknown', () => {
    const nowhere = without(FACTS.network, 'country', 'coordinates');
    expect(pointsOfSignIn({ facts: { network: nowhere } })).toEqual({ trusted_device: -20, geo_unknown: 0 });
    expect(scoreOfSignIn({ facts: { network: nowhere } })).toBe(30);
  });
});

describe('travel', () => {
  const agoMinutes = (minutes: number, masked = false) => ({
    lastSignIn: { at: NOW - minutes * MINUTE, ipKey: 'ip-home', coordinates: NEW_YORK, masked },
  });
  it('is worth 40 when nothing explains it', () => {
    expect(pointsOfSignIn({ facts: IN_TOKYO, profile: agoMinutes(30) }).impossible_travel).toBe(40);
  });
  it.each(['vpn', 'hosting'] as const)('is worth 10 from a %s network', (name) => {
    const facts = { ...IN_TOKYO, ...network({ classes: [name] }, IN_TOKYO.network) };
    expect(pointsOfSignIn({ facts, profile: agoMinutes(30) }).impossible_travel).toBe(10);
  });
  it('is worth 40 from a network that only a stale list calls a VPN', () => {
    const facts = { ...IN_TOKYO, ...network({ staleClasses: ['vpn'] }, IN_TOKYO.network) };
    expect(pointsOfSignIn({ facts, profile: agoMinutes(30) }).impossible_travel).toBe(40);
  });
  it('is worth 10 after a sign-in through a VPN, and from a known address', () => {
    expect(pointsOfSignIn({ facts: IN_TOKYO, profile: agoMinutes(30, true) }).impossible_travel).toBe(10);
    const toKnownIp = { ...IN_TOKYO, ipKey: 'ip-home' };
    expect(pointsOfSignIn({ facts: toKnownIp, profile: agoMinutes(30) }).impossible_travel).toBe(10);
  });
  it('always demands MFA, explained or not', () => {
    const assessment = assessSignIn({ facts: { ...IN_TOKYO, ipKey: 'ip-home' }, profile: agoMinutes(30) });
    expect(assessment).toMatchObject({ floor: true });
  });
  it('tells the speed whenever both ends have coordinates', () => {
    const speed = (minutes: number) => {
      const assessment = assessSignIn({ facts: IN_TOKYO, profile: agoMinutes(minutes) });
      return assessment.kind === 'scored' ? assessment.speedKmh : undefined;
    };
    expect(speed(30)).toBeGreaterThan(20_000);
    expect(speed(24 * 60)).toBeLessThan(500);
  });
  it('gives no verdict and no speed without coordinates at both ends', () => {
    const noPoint = without(IN_TOKYO.network, 'coordinates');
    for (const situation of [
      { facts: { ...IN_TOKYO, network: noPoint }, profile: agoMinutes(30) },
      { facts: IN_TOKYO, profile: { lastSignIn: { at: NOW, ipKey: 'ip-home', masked: false } } },
    ]) {
      expect(pointsOfSignIn(situation).impossible_travel).toBeUndefined();
      expect(assessSignIn(situation)).not.toHaveProperty('speedKmh');
    }
  });
});
