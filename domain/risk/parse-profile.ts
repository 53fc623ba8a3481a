/** Reads a stored profile. A row that cannot be read is an error, never an empty profile that forgets the user. */
import type { RiskProfile } from './profile';
import { isCoordinates, isCount, isName, isOptional, isRecord, isText, isTimestamp } from './well-formed';

/** The stored profile is malformed or of an unknown version; its content is not repeated. */
export class ProfileCorruptError extends Error {
  override readonly name = 'ProfileCorruptError';
  constructor() {
    super('The stored risk profile cannot be read.');
  }
}

/**
 * A stored profile (parsed JSON) as a value.
 * @throws ProfileCorruptError for anything else than a whole profile of version 1; an absent row is the caller's
 */
export function parseProfile(json: unknown): RiskProfile {
  if (!isRiskProfile(json)) throw new ProfileCorruptError();
  return json;
}

/** Whether `value` is a whole profile of version 1. */
export function isRiskProfile(value: unknown): value is RiskProfile {
  return (
    isRecord(value) &&
    value.version === 1 &&
    isCount(value.completedSignIns) &&
    isListOf(value.devices, isKnownDevice) &&
    isListOf(value.networks, isKnownNetwork) &&
    isListOf(value.places, isKnownPlace) &&
    isOptional(value.lastSignIn, isLastSignIn)
  );
}

function isListOf(value: unknown, check: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}

function isKnownDevice(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.key) &&
    isTimestamp(value.firstSeenAt) &&
    isTimestamp(value.lastSeenAt) &&
    isOptional(value.lastMfaAt, isTimestamp) &&
    isOptional(value.trustedUntil, isTimestamp) &&
    isName(value.browserFamily) &&
    isName(value.osFamily) &&
    isOptional(value.signIns, isCount)
  );
}

function isKnownNetwork(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.ipKey) &&
    isText(value.prefixKey) &&
    isOptional(value.asn, isCount) &&
    isOptional(value.country, isText) &&
    isTimestamp(value.lastSeenAt) &&
    isCount(value.signIns)
  );
}

function isKnownPlace(value: unknown): boolean {
  return (
    isRecord(value) &&
    isCoordinates(value) &&
    isPlaceName(value) &&
    'lastSeenAt' in value &&
    isTimestamp(value.lastSeenAt)
  );
}

function isPlaceName(value: Readonly<Record<string, unknown>>): boolean {
  return isOptional(value.country, isText) && isOptional(value.region, isName);
}

function isLastSignIn(value: unknown): boolean {
  return (
    isRecord(value) &&
    isTimestamp(value.at) &&
    isText(value.ipKey) &&
    isOptional(value.coordinates, isCoordinates) &&
    typeof value.masked === 'boolean'
  );
}
