/**
 * Checks that values are what their types claim.
 * A NaN compares false with everything, so that unchecked it would pass every rule as harmless.
 */
import { NETWORK_CLASSES } from './facts';
import type { Coordinates, DeviceTrust, NetworkFacts, SignInFacts } from './facts';

type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A non-empty string: an empty key would match every other empty key. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}

/** Any string: it describes, and no rule compares it. */
export function isName(value: unknown): value is string {
  return typeof value === 'string';
}

/** Epoch milliseconds, finite and not negative. */
export function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** A whole number of things, at least 0. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Absent, or what `check` accepts. */
export function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value);
}

/** A point on Earth in degrees with an uncertainty in km, not negative. */
export function isCoordinates(value: unknown): value is Coordinates {
  return (
    isRecord(value) &&
    isWithin(value.latitude, 90) &&
    isWithin(value.longitude, 180) &&
    isTimestamp(value.radiusKm)
  );
}

/** Whether every observed fact is present and of its type; what is not cannot be scored. */
export function isSignInFacts(value: unknown): value is SignInFacts {
  return (
    isRecord(value) &&
    [value.deviceKey, value.ipKey, value.prefixKey].every(isText) &&
    isOptional(value.fingerprintKey, isText) &&
    isDeviceTrust(value.deviceTrust) &&
    isNetworkFacts(value.network) &&
    isRecord(value.agent) &&
    [value.agent.browserFamily, value.agent.osFamily].every(isName) &&
    typeof value.agent.isBot === 'boolean' &&
    isRecord(value.failures) &&
    [value.failures.sameFingerprint, value.failures.otherFingerprints, value.failures.accountsFromIp].every(
      isCount,
    )
  );
}

function isNetworkFacts(value: unknown): value is NetworkFacts {
  return (
    isRecord(value) &&
    isOptional(value.asn, isCount) &&
    isOptional(value.country, isText) &&
    isOptional(value.region, isName) &&
    isOptional(value.coordinates, isCoordinates) &&
    isClassList(value.classes) &&
    isClassList(value.staleClasses)
  );
}

function isClassList(value: unknown): boolean {
  const known: readonly unknown[] = NETWORK_CLASSES;
  return Array.isArray(value) && value.every((entry) => known.includes(entry));
}

function isDeviceTrust(value: unknown): value is DeviceTrust {
  if (!isRecord(value)) return false;
  return value.kind === 'none' || (value.kind === 'held' && isTimestamp(value.trustedUntil));
}

function isWithin(value: unknown, limit: number): boolean {
  return typeof value === 'number' && value >= -limit && value <= limit;
}
