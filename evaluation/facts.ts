/** The facts of an event, as `activities/assess-risk` gathers them. Values stand for the keyed digests of the live path. */
import type { DeviceTrust, FailureCounts, NetworkFacts, SignInFacts } from '../domain/risk/facts';
import type { RiskProfile } from '../domain/risk/profile';
import { prefixOf } from '../network/ip-address';
import { parseAgent } from '../network/user-agent';
import { remembering } from './remembering';
import type { RiskEvent } from './risk-event';

interface Observed {
  readonly deviceTrust: DeviceTrust;
  readonly failures: FailureCounts;
}

/** Makes the reader; what an address or an agent tells is looked up once. */
export function createFactReader(lookUp: (ip: string) => NetworkFacts) {
  const agentOf = remembering(parseAgent);
  const networkOf = remembering(lookUp);
  return ({ ip, fingerprint, userAgent }: RiskEvent, observed: Observed): SignInFacts => ({
    deviceKey: fingerprint,
    fingerprintKey: fingerprint,
    ipKey: ip,
    prefixKey: prefixOf(ip) ?? ip,
    network: networkOf(ip),
    agent: agentOf(userAgent),
    ...observed,
  });
}

/** In a stream the token of a device goes with its fingerprint, from the MFA that made it trusted. */
export function trustOf(profile: RiskProfile, { fingerprint, holdsDeviceToken }: RiskEvent): DeviceTrust {
  const device = holdsDeviceToken ? profile.devices.find(({ key }) => key === fingerprint) : undefined;
  if (device?.trustedUntil === undefined) return { kind: 'none' };
  return { kind: 'held', trustedUntil: device.trustedUntil };
}

/** Whether the trust is in force at a time (epoch ms). */
export function isTrustedAt(deviceTrust: DeviceTrust, at: number): boolean {
  return deviceTrust.kind === 'held' && deviceTrust.trustedUntil > at;
}
