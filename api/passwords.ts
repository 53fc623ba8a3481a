/**
 * Password hashing (argon2id, RFC 9106) with OWASP's first recommendation: 19 MiB, two passes. Passwords are hashed
 * and compared in their normal form, whole.
 */
import { hash, verify } from '@node-rs/argon2';
import { normalizePassword } from '../domain/credentials/password-rules';

const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes a password to a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalizePassword(password), ARGON2ID);
}

/** A hash that no password has, made once, so that unknown logins cost as much as wrong passwords. */
let nobody: Promise<string> | undefined;

/** Whether a password fits. Without a stored hash the same work is done and the answer is no. */
export async function checkPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword(crypto.randomUUID());
  const fits = await verify(stored ?? (await nobody), normalizePassword(password));
  return fits && stored !== null && stored !== undefined;
}
