/** What one assessment costs: of a typical profile, and of one that is full. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROUNDS = 20_000;
const NOW = Date.UTC(2026, 5, 1);

function profileOf(devices, networks) {
  const places = Array.from({ length: Math.min(50, networks) }, (_, n) => ({
    latitude: 40 + n / 2,
    longitude: -74 + n,
    radiusKm: 20,
    country: 'US',
    lastSeenAt: NOW,
  }));
  return {
    version: 1,
    completedSignIns: 100,
    devices: Array.from({ length: devices }, (_, n) => ({
      ...{ key: `device-${n}`, firstSeenAt: NOW, lastSeenAt: NOW, lastMfaAt: NOW - 86_400_000 },
      ...{ browserFamily: 'Firefox', osFamily: 'Linux', signIns: 3 },
    })),
    networks: Array.from({ length: networks }, (_, n) => ({
      ...{
        ipKey: `ip-${n}`,
        prefixKey: `prefix-${n}`,
        asn: 7018 + n,
        country: 'US',
        lastSeenAt: NOW,
        signIns: 2,
      },
    })),
    places,
    lastSignIn: { at: NOW - 3_600_000, ipKey: 'ip-0', coordinates: places[0], masked: false },
  };
}

function factsOf() {
  return {
    ...{ deviceKey: 'device-new', ipKey: 'ip-new', prefixKey: 'prefix-new', deviceTrust: { kind: 'none' } },
    network: {
      ...{ asn: 3320, country: 'US', classes: ['vpn'], staleClasses: [] },
      coordinates: { latitude: 52.5, longitude: 13.4, radiusKm: 20 },
    },
    agent: { browserFamily: 'Firefox', osFamily: 'Linux', isBot: false },
    failures: { sameFingerprint: 1, otherFingerprints: 2, accountsFromIp: 1 },
  };
}

/** Microseconds an assessment, the median of five runs. */
export async function measureScoring(root) {
  const load = async (path) => (await import(pathToFileURL(join(root, 'dist', path)).href)).default;
  const { assess } = await load('domain/risk/assess.js');
  const { DEFAULT_RISK_SETTINGS: settings } = await load('domain/risk/settings.js');
  const time = (profile) => {
    const facts = factsOf();
    const runs = Array.from({ length: 5 }, () => {
      const begun = performance.now();
      for (let n = 0; n < ROUNDS; n += 1) {
        if (assess({ profile, facts, settings, now: NOW }).kind !== 'scored') throw new Error('not scored');
      }
      return ((performance.now() - begun) * 1_000) / ROUNDS;
    });
    return Math.round(runs.sort((a, b) => a - b)[2] * 10) / 10;
  };
  return { typicalMicroseconds: time(profileOf(3, 15)), fullMicroseconds: time(profileOf(100, 200)) };
}
