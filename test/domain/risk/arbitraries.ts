/** Sign-ins and profiles from small pools, so that they meet often. */
import * as fc from 'fast-check';
import { NETWORK_CLASSES } from '../../../domain/risk/facts';
import type { SignInFacts } from '../../../domain/risk/facts';
import type { RiskProfile } from '../../../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS, IP_MATCH_MODES } from '../../../domain/risk/settings';
import { CHICAGO, DAY, NEW_YORK, NOW, TOKYO } from './fixtures';

export const count = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(0, 3, 5, 10, 20));
const key = (prefix: string) => fc.integer({ min: 0, max: 4 }).map((index) => `${prefix}-${index}`);
const place = fc.constantFrom(NEW_YORK, CHICAGO, TOKYO);
const country = fc.constantFrom('US', 'JP');
const time = fc.integer({ min: NOW - 200 * DAY, max: NOW });

export const facts: fc.Arbitrary<SignInFacts> = fc.record({
  deviceKey: key('device'),
  ipKey: key('ip'),
  prefixKey: key('prefix'),
  deviceTrust: fc.oneof(
    fc.constant({ kind: 'none' } as const),
    fc.record({
      kind: fc.constant('held' as const),
      trustedUntil: fc.integer({ min: NOW - DAY, max: NOW + 30 * DAY }),
    }),
  ),
  network: fc.record(
    {
      asn: fc.integer({ min: 0, max: 3 }),
      country,
      coordinates: place,
      classes: fc.subarray([...NETWORK_CLASSES]),
      staleClasses: fc.subarray([...NETWORK_CLASSES]),
    },
    { requiredKeys: ['classes', 'staleClasses'] },
  ),
  agent: fc.record({
    browserFamily: fc.constant('Firefox'),
    osFamily: fc.constant('Linux'),
    isBot: fc.boolean(),
  }),
  failures: fc.record({ sameFingerprint: count, otherFingerprints: count, accountsFromIp: count }),
});

export const profile: fc.Arbitrary<RiskProfile> = fc.record(
  {
    version: fc.constant(1 as const),
    completedSignIns: fc.integer({ min: 0, max: 6 }),
    devices: fc.uniqueArray(
      fc.record(
        {
          key: key('device'),
          firstSeenAt: time,
          lastSeenAt: time,
          lastMfaAt: time,
          browserFamily: fc.constant('Firefox'),
          osFamily: fc.constant('Linux'),
        },
        { requiredKeys: ['key', 'firstSeenAt', 'lastSeenAt', 'browserFamily', 'osFamily'] },
      ),
      { selector: (device) => device.key, maxLength: 4 },
    ),
    networks: fc.uniqueArray(
      fc.record(
        {
          ipKey: key('ip'),
          prefixKey: key('prefix'),
          asn: fc.integer({ min: 0, max: 3 }),
          country,
          lastSeenAt: time,
          signIns: fc.integer({ min: 1, max: 5 }),
        },
        { requiredKeys: ['ipKey', 'prefixKey', 'lastSeenAt', 'signIns'] },
      ),
      { selector: (network) => network.ipKey, maxLength: 4 },
    ),
    places: fc.array(
      fc.tuple(place, country, time).map(([at, name, lastSeenAt]) => ({ ...at, country: name, lastSeenAt })),
      { maxLength: 3 },
    ),
    lastSignIn: fc.record(
      { at: time, ipKey: key('ip'), coordinates: place, masked: fc.boolean() },
      { requiredKeys: ['at', 'ipKey', 'masked'] },
    ),
  },
  { requiredKeys: ['version', 'completedSignIns', 'devices', 'networks', 'places'] },
);

const riskSettings = fc
  .constantFrom(...IP_MATCH_MODES)
  .map((ipMatch) => ({ ...DEFAULT_RISK_SETTINGS, ipMatch }));
export const input = fc.record({ profile, facts, settings: riskSettings, now: fc.constant(NOW) });
