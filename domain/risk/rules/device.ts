/** Whether the user has been seen on this device, and whether MFA made it trusted. */
import type { Signal } from '../assessment';
import type { KnownDevice } from '../profile';
import { MS_PER_DAY } from '../retention';
import { DEVICE_TRUST_DAYS } from '../settings';
import { signal } from './rule';
import type { RuleContext } from './rule';

/** `new_device`, or what keeps a known one from being trusted: `trust_expired`, `untrusted_device`. */
export function unprovenDevice(context: RuleContext): readonly Signal[] {
  const device = knownDevice(context);
  if (device === undefined) return [signal(context, 'new_device')];
  const signals: Signal[] = [];
  if (hasTrustExpired(context, device)) signals.push(signal(context, 'trust_expired'));
  // A fingerprint can be copied; the device token cannot be guessed.
  if (context.facts.deviceTrust.kind === 'none') signals.push(signal(context, 'untrusted_device'));
  return signals;
}

/** `trusted_device`: known to the profile, its token presented, the last MFA on it less than 30 days ago. */
export function trustedDevice(context: RuleContext): readonly Signal[] {
  const device = knownDevice(context);
  const isTrusted =
    device !== undefined && context.facts.deviceTrust.kind === 'held' && !hasTrustExpired(context, device);
  return isTrusted ? [signal(context, 'trusted_device')] : [];
}

function knownDevice({ profile, facts }: RuleContext): KnownDevice | undefined {
  return profile.devices.find((device) => device.key === facts.deviceKey);
}

function hasTrustExpired({ facts, now }: RuleContext, device: KnownDevice): boolean {
  if (device.lastMfaAt === undefined) return true;
  const mfaTrustsUntil = device.lastMfaAt + DEVICE_TRUST_DAYS * MS_PER_DAY;
  const trust = facts.deviceTrust;
  const trustedUntil = trust.kind === 'held' ? Math.min(trust.trustedUntil, mfaTrustsUntil) : mfaTrustsUntil;
  return trustedUntil <= now;
}
