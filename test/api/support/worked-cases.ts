/** The worked cases of a user known at home in New York: what comes, what it scores, what is decided. */
import type { NetworkFacts } from '../../../domain/risk/facts';
import { NEW_YORK, TOKYO } from '../../support/fake-network';

const ELSEWHERE: NetworkFacts = { ...NEW_YORK, asn: 64500 };
const CHICAGO: NetworkFacts = {
  ...ELSEWHERE,
  region: 'Illinois',
  coordinates: { latitude: 41.88, longitude: -87.63, radiusKm: 10 },
};
export const FEED: NetworkFacts = { ...ELSEWHERE, classes: ['threat_intel'] };
const TOR: NetworkFacts = { ...ELSEWHERE, classes: ['tor_exit'] };
export interface WorkedCase {
  readonly name: string;
  readonly score: number;
  readonly decision: 'allow' | 'challenge' | 'block';
  /** Where the request comes from; from home when absent. */
  readonly from?: NetworkFacts;
  readonly device?: 'new' | 'copied';
  readonly arrange?: 'trust expired' | 'seen at home 30 minutes ago' | '10 failures with the device token';
  readonly reason?: string;
}

export const WORKED_CASES: readonly WorkedCase[] = [
  { name: 'known trusted device, known IP', score: 0, decision: 'allow' },
  { name: 'new device only', score: 30, decision: 'challenge', device: 'new' },
  { name: 'new IP only', score: 30, decision: 'challenge', from: ELSEWHERE },
  { name: 'new region only', score: 30, decision: 'challenge', from: CHICAGO },
  { name: 'new country, trusted device', score: 35, decision: 'challenge', from: TOKYO },
  { name: 'trust expired', score: 30, decision: 'challenge', arrange: 'trust expired' },
  {
    name: 'trust expired, new IP, new country',
    score: 55,
    decision: 'challenge',
    from: TOKYO,
    arrange: 'trust expired',
  },
  {
    name: '10 failures on the trusted device',
    score: 30,
    decision: 'challenge',
    arrange: '10 failures with the device token',
  },
  {
    name: 'new device, IP and country',
    score: 85,
    decision: 'block',
    from: TOKYO,
    device: 'new',
    reason: 'Login blocked: new device, new country',
  },
  {
    name: 'new device and IP, other region of the same country',
    score: 65,
    decision: 'challenge',
    from: CHICAGO,
    device: 'new',
  },
  {
    name: 'New York to Tokyo in 30 minutes on a new device',
    score: 100,
    decision: 'block',
    from: TOKYO,
    device: 'new',
    arrange: 'seen at home 30 minutes ago',
    reason: 'Login blocked: new device, new country, impossible travel',
  },
  {
    name: 'New York to Tokyo in 30 minutes on the trusted device',
    score: 75,
    decision: 'challenge',
    from: TOKYO,
    arrange: 'seen at home 30 minutes ago',
  },
  { name: 'feed IP on the trusted device', score: 65, decision: 'challenge', from: FEED },
  {
    name: 'feed IP on an untrusted device',
    score: 85,
    decision: 'block',
    from: FEED,
    device: 'copied',
    reason: 'Login blocked: untrusted device, new IP address, address on a threat list',
  },
  {
    name: 'feed IP on a new device',
    score: 100,
    decision: 'block',
    from: FEED,
    device: 'new',
    reason: 'Login blocked: new device, new IP address, address on a threat list',
  },
  { name: 'Tor on the trusted device', score: 45, decision: 'challenge', from: TOR },
  {
    name: 'Tor on a new device',
    score: 95,
    decision: 'block',
    from: TOR,
    device: 'new',
    reason: 'Login blocked: new device, new IP address, Tor exit',
  },
];
