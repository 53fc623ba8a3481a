/** Passwords are hashed and compared in their normal form, whole. */
import { normalizePassword } from '../domain/credentials/password-rules';
import { fitsSlowHash, SLOW_HASH_PREFIX, slowHash } from '../runtime/slow-hash';

const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,128}$/;

/**
 * Whether a hash from elsewhere is one that we can verify for anybody who asks: its own parameters say what that costs.
 * 128 MiB, ten passes, eight lanes, and not all of it at once.
 */
export function isAffordableHash(hash: string): boolean {
  const [, m, t, p] = PHC.exec(hash)?.map(Number) ?? [];
  if (m === undefined || t === undefined || p === undefined) return false;
  // A tenant must not be able to stop the process of all with a hash that takes gigabytes or minutes.
  return m >= 8 * p && m <= 131_072 && t >= 1 && t <= 10 && p >= 1 && p <= 8 && m * t <= 524_288;
}

/** Whether a hash was made with other parameters than ours: its user would be told from unknown ones by the time it takes. */
export function isForeignHash(hash: string): boolean {
  return !hash.startsWith(SLOW_HASH_PREFIX);
}

/** Hashes a password to a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return slowHash(normalizePassword(password));
}

/** Whether a password fits. Without a stored hash the same work is done and the answer is no. */
export function checkPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  return fitsSlowHash(stored, normalizePassword(password));
}
