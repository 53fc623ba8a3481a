/**
 * What belongs to a prompt and is stored nowhere: the number that its user compares, and the device token that whoever
 * holds its session is given. Both follow from the prompt's id, so that asking again gives the same.
 */
import type { NumberDigits } from '../domain/push';
import type { KeyRing } from './keys';

/** The bytes of the digest that make the number: enough that no digit is likelier than another. */
const NUMBER_BYTES = 8;

/** The number on the sign-in screen, with leading zeros. */
export function promptNumber(
  keys: KeyRing,
  { challengeId, digits, keyId }: { challengeId: string; digits: NumberDigits; keyId: string },
): string {
  const digest = keys.digest('push-number', [challengeId], keyId).subarray(0, NUMBER_BYTES);
  const number = BigInt(`0x${digest.toString('hex')}`) % BigInt(10 ** digits);
  return number.toString().padStart(digits, '0');
}

/** The device token of a sign-in that this prompt completes. */
export function promptDeviceToken(keys: KeyRing, challengeId: string, keyId: string): string {
  return keys.digest('device-token', ['push', challengeId], keyId).toString('base64url');
}
