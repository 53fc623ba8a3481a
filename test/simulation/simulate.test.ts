import { createHash } from 'node:crypto';
import { haversineKm } from '../../domain/risk/travel';
import { ATTACK_LABELS, type LabelledEvent } from '../../simulation/labelled-event';
import { DEFAULT_START_AT, simulate, type SimulationOptions } from '../../simulation/simulate';
import { lookUpSmall, smallWorld } from './support/small-world';

const DAY_MS = 86_400_000;
const OPTIONS: SimulationOptions = {
  seed: 7,
  users: 80,
  days: 60,
  attacksPerClass: 12,
  attackersHoldTokens: false,
  startAt: DEFAULT_START_AT,
};

const world = smallWorld();
const days = [...simulate(world, OPTIONS)];
const events = days.flat();
const attacks = (label: LabelledEvent['label']) =>
  events.filter((event) => event.label === label && event.outcome === 'ok');
const hashOf = (options: SimulationOptions, on = world) => {
  const hash = createHash('sha256');
  for (const day of simulate(on, options)) for (const event of day) hash.update(JSON.stringify(event));
  return hash.digest('hex');
};
const legitimateBefore = (attack: LabelledEvent) =>
  events
    .slice(0, events.indexOf(attack))
    .filter(
      (event) => event.userId === attack.userId && event.label === 'legitimate' && event.outcome === 'ok',
    );

describe('a stream', () => {
  it('is the same for the same seed, to the last byte, on every machine and Node', () => {
    expect(hashOf(OPTIONS)).toBe(hashOf(OPTIONS, smallWorld()));
    expect(hashOf(OPTIONS)).toBe('82db05bb4fc9224492fea4f1134779460e114599f60dac43b05422dce2a5b1c7');
  });

  it('is another for another seed', () => {
    expect(hashOf({ ...OPTIONS, seed: 8 })).not.toBe(hashOf(OPTIONS));
  });

  it('runs in time order, each event once', () => {
    const times = events.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('is made a day at a time: nothing of a later day is held back or handed out', () => {
    expect(days).toHaveLength(OPTIONS.days);
    for (const [index, day] of days.slice(0, -1).entries()) {
      const outside = day.filter(
        ({ at }) => Math.floor((Date.parse(at) - OPTIONS.startAt) / DAY_MS) !== index,
      );
      expect(outside).toEqual([]);
    }
  });

  it('holds the fields of the offline command and a label, nothing else', () => {
    const allowed = [
      'id',
      'at',
      'userId',
      'clientId',
      'ip',
      'userAgent',
      'fingerprint',
      'outcome',
      'mfa',
      'label',
    ];
    for (const event of events) {
      const { holdsDeviceToken, ...rest } = event;
      expect(Object.keys(rest).sort()).toEqual([...allowed].sort());
      expect([undefined, false]).toContain(holdsDeviceToken);
      expect(new Date(event.at).toISOString()).toBe(event.at);
      expect(['ok', 'failed_first_factor']).toContain(event.outcome);
      expect(['pass', 'fail', 'abandon']).toContain(event.mfa);
    }
  });

  it('has as many attacks of every class as asked for, by attackers who never pass MFA', () => {
    for (const label of ATTACK_LABELS) expect(attacks(label)).toHaveLength(OPTIONS.attacksPerClass);
    expect(events.filter(({ label, mfa }) => label !== 'legitimate' && mfa === 'pass')).toEqual([]);
  });

  it('attacks only users with a history of completed sign-ins', () => {
    for (const attack of events.filter(({ label, outcome }) => label !== 'legitimate' && outcome === 'ok')) {
      const completed = legitimateBefore(attack).filter(({ mfa }) => mfa === 'pass');
      expect(completed.length).toBeGreaterThanOrEqual(5);
    }
  });
});

describe('an attacker', () => {
  it('who is careless comes from another country than the victim ever lived in, or from Tor', () => {
    for (const attack of attacks('naive')) {
      const { country } = lookUpSmall(attack.ip);
      const home = mostCommon(legitimateBefore(attack).map(({ ip }) => lookUpSmall(ip).country));
      expect(country).not.toBe(home);
    }
  });

  it.each(['cloned_hosting', 'cloned_isp'] as const)(
    'of the class %s carries the fingerprint, not the token',
    (label) => {
      for (const attack of attacks(label)) {
        expect(attack.holdsDeviceToken).toBe(false);
        const same = legitimateBefore(attack).filter(({ fingerprint }) => fingerprint === attack.fingerprint);
        expect(same.length).toBeGreaterThan(0);
        expect(legitimateBefore(attack).map(({ ip }) => ip)).not.toContain(attack.ip);
      }
    },
  );

  it('with a copied fingerprint passes as the trusted device when asked for, nobody else does', () => {
    const stream = [...simulate(world, { ...OPTIONS, attackersHoldTokens: true })].flat();
    const holders = stream.filter(
      ({ label, holdsDeviceToken }) => label !== 'legitimate' && holdsDeviceToken !== false,
    );
    const clones = ['cloned_hosting', 'cloned_isp', 'far_hijack'];
    expect(new Set(holders.map(({ label }) => label))).toEqual(new Set(clones));
    expect(holders.filter(({ label }) => label === 'cloned_isp')).toHaveLength(OPTIONS.attacksPerClass);
  });

  it('who targets a victim has its network, its town and its browser, and a fingerprint of its own', () => {
    for (const attack of attacks('targeted')) {
      const before = legitimateBefore(attack);
      expect(before.map(({ fingerprint }) => fingerprint)).not.toContain(attack.fingerprint);
      expect(before.map(({ ip }) => lookUpSmall(ip).asn)).toContain(lookUpSmall(attack.ip).asn);
    }
  });

  it('who hijacks comes half an hour after a sign-in of the victim, from more than 1000 km away', () => {
    for (const attack of attacks('far_hijack')) {
      const minutes = (event: LabelledEvent) => (Date.parse(attack.at) - Date.parse(event.at)) / 60_000;
      const followed = legitimateBefore(attack).filter(
        (event) => minutes(event) >= 30 && minutes(event) <= 31.5,
      );
      const here = lookUpSmall(attack.ip).coordinates;
      const distances = followed.map(({ ip }) => {
        const there = lookUpSmall(ip).coordinates;
        return here && there ? haversineKm(here, there) : 0;
      });
      expect(Math.max(...distances)).toBeGreaterThan(1000);
    }
  });

  it('who guesses fails 10 to 70 times from one fingerprint within a quarter of an hour, and then knows', () => {
    for (const attack of attacks('brute_force')) {
      const guesses = events.filter(
        ({ fingerprint, outcome }) => fingerprint === attack.fingerprint && outcome === 'failed_first_factor',
      );
      expect(guesses.length).toBeGreaterThanOrEqual(10);
      expect(guesses.length).toBeLessThanOrEqual(70);
      expect(Date.parse(attack.at) - Date.parse(guesses[0]?.at ?? '')).toBeLessThan(15 * 60_000);
    }
  });
});

function mostCommon(values: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
