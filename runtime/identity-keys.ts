/** Keyed digests of what identifies people: addresses and fingerprints are stored in no other form. */
import type { KeyRing } from './keys';

const DIGEST_CHARS = 32;

function identify(keys: KeyRing, parts: readonly string[]): string {
  return keys.digest('identity', parts).toString('base64url').slice(0, DIGEST_CHARS);
}

/** Digest of a user's fingerprint: the same browser at two users gives two keys. */
export function deviceKey(keys: KeyRing, userId: string, fingerprint: string): string {
  return identify(keys, ['device', userId, fingerprint]);
}

/** Digest of a fingerprint, the same for every user: how common it is. */
export function fingerprintKey(keys: KeyRing, fingerprint: string): string {
  return identify(keys, ['fingerprint', fingerprint]);
}

/** Digest of an address in canonical form, the same for every user. */
export function ipKey(keys: KeyRing, ip: string): string {
  return identify(keys, ['ip', ip]);
}

/** Digest of an address' /24 or /64. */
export function prefixKey(keys: KeyRing, prefix: string): string {
  return identify(keys, ['prefix', prefix]);
}

/** Digest of a login that no user has, so that failures on it can be counted without keeping it. */
export function unknownLoginKey(keys: KeyRing, organizationId: string, login: string): string {
  return `login:${identify(keys, ['login', organizationId, login.toLowerCase()])}`;
}
