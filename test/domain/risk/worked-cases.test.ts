/** Every row of the worked cases of the risk design: score and decision under `smart` with the defaults. */
import { decide } from '../../../domain/policy/decide';
import type { Outcome } from '../../../domain/policy/decision';
import { DEFAULT_POLICY_SETTINGS } from '../../../domain/policy/policy';
import { assess } from '../../../domain/risk/assess';
import type { SignInFacts } from '../../../domain/risk/facts';
import { emptyProfile } from '../../../domain/risk/learn';
import type { RiskProfile } from '../../../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import {
  CHICAGO,
  DAY,
  FACTS,
  HOME_DEVICE,
  HOME_NETWORK,
  IN_TOKYO,
  MINUTE,
  NEW_DEVICE,
  NEW_IP,
  NEW_YORK,
  NOW,
  PROFILE,
  TOKYO,
  failures,
  network,
} from './fixtures';

interface WorkedCase {
  readonly name: string;
  readonly score: number;
  readonly outcome: Outcome;
  readonly facts?: Partial<SignInFacts>;
  readonly profile?: RiskProfile;
}

const EXPIRED: Partial<SignInFacts> = { deviceTrust: { kind: 'held', trustedUntil: NOW - DAY } };
const UNTRUSTED: Partial<SignInFacts> = { deviceTrust: { kind: 'none' } };
const FEED = { ...NEW_IP, ...network({ classes: ['threat_intel'] }, NEW_IP.network) };
const TOR = { ...NEW_IP, ...network({ classes: ['tor_exit'] }, NEW_IP.network) };
const IN_CHICAGO = { ...NEW_IP, ...network({ region: 'IL', coordinates: CHICAGO }, NEW_IP.network) };
const JUST_HERE: RiskProfile = {
  ...PROFILE,
  lastSignIn: { at: NOW - 30 * MINUTE, ipKey: 'ip-home', coordinates: NEW_YORK, masked: false },
};
const ALSO_IN_TOKYO: RiskProfile = {
  ...JUST_HERE,
  networks: [
    HOME_NETWORK,
    { ...HOME_NETWORK, ipKey: 'ip-new', prefixKey: 'prefix-new', asn: 2516, country: 'JP' },
  ],
  places: [...PROFILE.places, { ...TOKYO, country: 'JP', region: '13', lastSeenAt: NOW - DAY }],
};
const MFA_LONG_AGO: RiskProfile = { ...PROFILE, devices: [{ ...HOME_DEVICE, lastMfaAt: NOW - 31 * DAY }] };

const CASES: readonly WorkedCase[] = [
  { name: 'known trusted device, known IP', score: 0, outcome: 'allow' },
  { name: 'new device only', score: 30, outcome: 'challenge', facts: NEW_DEVICE },
  { name: 'new IP only', score: 30, outcome: 'challenge', facts: NEW_IP },
  { name: 'new IP in a new region only', score: 30, outcome: 'challenge', facts: IN_CHICAGO },
  { name: 'new country, trusted device', score: 35, outcome: 'challenge', facts: IN_TOKYO },
  { name: 'trust expired', score: 30, outcome: 'challenge', facts: EXPIRED },
  { name: 'last MFA on the device 31 days ago', score: 30, outcome: 'challenge', profile: MFA_LONG_AGO },
  {
    name: 'trust expired + new IP + new country',
    score: 55,
    outcome: 'challenge',
    facts: { ...IN_TOKYO, ...EXPIRED },
  },
  { name: '10 failures, trusted device', score: 30, outcome: 'challenge', facts: failures(10) },
  { name: '10 failures, new device', score: 80, outcome: 'block', facts: { ...NEW_DEVICE, ...failures(10) } },
  { name: 'first sign-in', score: 30, outcome: 'challenge', facts: NEW_DEVICE, profile: emptyProfile() },
  { name: 'new device + IP + country', score: 85, outcome: 'block', facts: { ...NEW_DEVICE, ...IN_TOKYO } },
  {
    name: 'new device + IP, other region same country',
    score: 65,
    outcome: 'challenge',
    facts: { ...NEW_DEVICE, ...IN_CHICAGO },
  },
  {
    name: 'NYC→Tokyo in 30 min, new device',
    score: 100,
    outcome: 'block',
    facts: { ...NEW_DEVICE, ...IN_TOKYO },
    profile: JUST_HERE,
  },
  {
    name: 'NYC→Tokyo in 30 min, trusted device',
    score: 75,
    outcome: 'challenge',
    facts: IN_TOKYO,
    profile: JUST_HERE,
  },
  {
    name: 'travel between two known IPs',
    score: 30,
    outcome: 'challenge',
    facts: IN_TOKYO,
    profile: ALSO_IN_TOKYO,
  },
  { name: 'feed IP, new IP, trusted device', score: 65, outcome: 'challenge', facts: FEED },
  {
    name: 'feed IP, new IP, untrusted device',
    score: 85,
    outcome: 'block',
    facts: { ...FEED, ...UNTRUSTED },
  },
  { name: 'feed IP, new IP, new device', score: 100, outcome: 'block', facts: { ...FEED, ...NEW_DEVICE } },
  { name: 'Tor, trusted device', score: 45, outcome: 'challenge', facts: TOR },
  { name: 'Tor, new device', score: 95, outcome: 'block', facts: { ...TOR, ...NEW_DEVICE } },
  {
    name: 'first sign-in from a feed IP',
    score: 90,
    outcome: 'block',
    facts: { ...FEED, ...NEW_DEVICE },
    profile: emptyProfile(),
  },
];

describe('worked cases under smart with the defaults', () => {
  it.each(CASES)('$name scores $score: $outcome', ({ facts, profile, score, outcome }) => {
    const assessment = assess({
      profile: profile ?? PROFILE,
      facts: { ...FACTS, ...facts },
      settings: DEFAULT_RISK_SETTINGS,
      now: NOW,
    });
    expect(assessment).toMatchObject({ kind: 'scored', score });
    const decision = decide({
      clientId: 'demo-shop',
      policy: 'smart',
      settings: DEFAULT_POLICY_SETTINGS,
      account: { userActive: true, organizationActive: true },
      assessment,
      methodsEnrolled: true,
      deviceKnown: facts?.deviceKey === undefined,
    });
    expect(decision).toMatchObject({ outcome, riskScore: score, enrollment: 'none' });
  });
});
