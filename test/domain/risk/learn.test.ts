/** What a completed sign-in leaves in the profile, and how much a profile may hold. */
import { emptyProfile, learn } from '../../../domain/risk/learn';
import { ProfileCorruptError, parseProfile } from '../../../domain/risk/parse-profile';
import type { RiskProfile } from '../../../domain/risk/profile';
import {
  CHICAGO,
  DAY,
  FACTS,
  HOME,
  HOME_DEVICE,
  IN_TOKYO,
  MINUTE,
  NEW_YORK,
  NOW,
  PROFILE,
  TOKYO,
  network,
  pointsOfSignIn,
} from './fixtures';

describe('learning', () => {
  it('makes a stranger known: the same sign-in again is new in nothing', () => {
    const facts = { ...FACTS, ...IN_TOKYO, deviceKey: 'device-new' };
    const profile = learn({ profile: PROFILE, facts, now: NOW, mfa: true, trustedUntil: NOW + 30 * DAY });
    expect(pointsOfSignIn({ facts, profile })).toEqual({ trusted_device: -20 });
  });
  it('records the first sign-in of an empty profile whole', () => {
    const profile = learn({
      profile: emptyProfile(),
      facts: FACTS,
      now: NOW,
      mfa: true,
      trustedUntil: NOW + 1,
    });
    expect(profile).toEqual({
      version: 1,
      completedSignIns: 1,
      devices: [
        {
          ...HOME_DEVICE,
          firstSeenAt: NOW,
          lastSeenAt: NOW,
          lastMfaAt: NOW,
          trustedUntil: NOW + 1,
          signIns: 1,
        },
      ],
      networks: [
        { ipKey: 'ip-home', prefixKey: 'prefix-home', asn: 7018, country: 'US', lastSeenAt: NOW, signIns: 1 },
      ],
      places: [{ ...NEW_YORK, country: 'US', region: 'NY', lastSeenAt: NOW }],
      lastSignIn: { at: NOW, ipKey: 'ip-home', coordinates: NEW_YORK, masked: false },
    });
  });
  it('does not extend trust or the last MFA by a plain sign-in', () => {
    const [device] = learn({
      profile: PROFILE,
      facts: FACTS,
      now: NOW,
      mfa: false,
      trustedUntil: NOW + 99 * DAY,
    }).devices;
    expect(device).toEqual({ ...HOME_DEVICE, lastSeenAt: NOW, signIns: 11 });
  });
  it('creates no trust by MFA alone (backup codes)', () => {
    const facts = { ...FACTS, deviceKey: 'device-new' };
    const [device] = learn({ profile: PROFILE, facts, now: NOW, mfa: true }).devices;
    expect(device).toMatchObject({ key: 'device-new', lastMfaAt: NOW });
    expect(device).not.toHaveProperty('trustedUntil');
  });
  it('counts sign-ins per address and keeps what it knew when the databases do not know', () => {
    const unplaced = { ...FACTS, network: { classes: [], staleClasses: [] } };
    const learned = learn({ profile: PROFILE, facts: unplaced, now: NOW, mfa: false });
    expect(learned.networks).toEqual([
      { ipKey: 'ip-home', prefixKey: 'prefix-home', asn: 7018, country: 'US', lastSeenAt: NOW, signIns: 11 },
    ]);
    expect(learned.places).toEqual(PROFILE.places);
    expect(learned.lastSignIn).toEqual({ at: NOW, ipKey: 'ip-home', masked: false });
  });
  it.each(['vpn', 'hosting'] as const)('marks a sign-in from a %s network as masked', (name) => {
    const facts = { ...FACTS, ...network({ classes: [name] }) };
    expect(learn({ profile: PROFILE, facts, now: NOW, mfa: true }).lastSignIn?.masked).toBe(true);
  });
  it('keeps the later of two sign-ins that are recorded out of order as the last one', () => {
    const learned = learn({
      profile: PROFILE,
      facts: { ...FACTS, ...IN_TOKYO },
      now: NOW - DAY - MINUTE,
      mfa: true,
    });
    expect(learned.lastSignIn).toEqual(PROFILE.lastSignIn);
    expect(learned.completedSignIns).toBe(11);
  });
  it('learns nothing from malformed facts or time, which would spoil the stored profile', () => {
    const spoiled = { ...FACTS, ...network({ coordinates: { ...NEW_YORK, latitude: NaN } }) };
    expect(learn({ profile: PROFILE, facts: spoiled, now: NOW, mfa: true })).toBe(PROFILE);
    expect(learn({ profile: PROFILE, facts: FACTS, now: NaN, mfa: true })).toBe(PROFILE);
  });
});

describe('places', () => {
  const learnAt = (profile: RiskProfile, change: Parameters<typeof network>[0]): RiskProfile =>
    learn({ profile, facts: { ...FACTS, ...network(change) }, now: NOW, mfa: true });
  const nearby = { ...NEW_YORK, latitude: 40.9 };

  it('merge when their circles meet, and keep the more precise point', () => {
    expect(learnAt(PROFILE, { coordinates: { ...nearby, radiusKm: 5 } }).places).toEqual([
      { ...nearby, radiusKm: 5, country: 'US', region: 'NY', lastSeenAt: NOW },
    ]);
    expect(learnAt(PROFILE, { coordinates: { ...nearby, radiusKm: 50 } }).places).toEqual([
      { ...NEW_YORK, country: 'US', region: 'NY', lastSeenAt: NOW },
    ]);
  });
  it('do not merge apart, nor across a border', () => {
    expect(learnAt(PROFILE, { coordinates: CHICAGO }).places).toHaveLength(2);
    expect(learnAt(PROFILE, { coordinates: nearby, country: 'CA' }).places).toHaveLength(2);
  });
});

describe('bounds', () => {
  const many = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);
  const crowded: RiskProfile = {
    ...PROFILE,
    devices: many(150).map((age) => ({ ...HOME_DEVICE, key: `device-${age}`, lastSeenAt: NOW - 1 - age })),
    networks: many(250).map((age) => ({
      ipKey: `ip-${age}`,
      prefixKey: `prefix-${age}`,
      lastSeenAt: NOW - 1 - age,
      signIns: 1,
    })),
    places: many(80).map((age) => ({
      latitude: age,
      longitude: age,
      radiusKm: 1,
      lastSeenAt: NOW - 1 - age,
    })),
  };

  it('hold 100 devices, 200 networks and 50 places, this sign-in among them and the oldest gone', () => {
    const learned = learn({
      profile: crowded,
      facts: { ...FACTS, network: { ...HOME, coordinates: TOKYO } },
      now: NOW,
      mfa: true,
    });
    expect(learned.devices.map((device) => device.key)).toEqual([
      'device-home',
      ...many(99).map((age) => `device-${age}`),
    ]);
    expect(learned.networks.map((known) => known.ipKey)).toEqual([
      'ip-home',
      ...many(199).map((age) => `ip-${age}`),
    ]);
    expect(learned.places).toHaveLength(50);
    expect(learned.places[0]).toMatchObject(TOKYO);
  });
  it('drop what was not seen for six months', () => {
    const later = NOW + 190 * DAY;
    const learned = learn({
      profile: PROFILE,
      facts: { ...FACTS, ...IN_TOKYO, deviceKey: 'device-new' },
      now: later,
      mfa: true,
    });
    expect(learned.devices.map((device) => device.key)).toEqual(['device-new']);
    expect(learned.networks).toHaveLength(1);
    expect(learned.places).toHaveLength(1);
    expect(learned.completedSignIns).toBe(11);
  });
});

describe('a stored profile', () => {
  it('is read back whole', () => {
    expect(parseProfile(JSON.parse(JSON.stringify(PROFILE)))).toEqual(PROFILE);
    expect(parseProfile(emptyProfile())).toEqual(emptyProfile());
  });
  it.each([
    ['nothing', null],
    ['a string', JSON.stringify(PROFILE)],
    ['a list', [PROFILE]],
    ['an unknown version', { ...PROFILE, version: 2 }],
    ['no version', { ...PROFILE, version: undefined }],
    ['a negative counter', { ...PROFILE, completedSignIns: -1 }],
    ['a fractional counter', { ...PROFILE, completedSignIns: 1.5 }],
    ['no devices', { ...PROFILE, devices: undefined }],
    ['a device without key', { ...PROFILE, devices: [{ ...HOME_DEVICE, key: '' }] }],
    ['a device with null MFA time', { ...PROFILE, devices: [{ ...HOME_DEVICE, lastMfaAt: null }] }],
    ['a network without prefix', { ...PROFILE, networks: [{ ipKey: 'ip', lastSeenAt: 1, signIns: 1 }] }],
    ['a place off the globe', { ...PROFILE, places: [{ ...NEW_YORK, latitude: 91, lastSeenAt: 1 }] }],
    ['a place without time', { ...PROFILE, places: [NEW_YORK] }],
    ['a last sign-in without mask', { ...PROFILE, lastSignIn: { at: 1, ipKey: 'ip' } }],
  ])('with %s is corrupt, never empty', (_name, json) => {
    expect(() => parseProfile(json)).toThrow(ProfileCorruptError);
  });
  it('is not repeated in the error', () => {
    expect(() => parseProfile({ secret: 'device-home' })).toThrow(
      /^The stored risk profile cannot be read\.$/,
    );
  });
});
