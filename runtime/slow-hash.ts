/**
 * The one slow hash: argon2id (RFC 9106) with OWASP's first recommendation, 19 MiB and two passes. For what people
 * choose or copy by hand: passwords and backup codes.
 */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What every hash of ours begins with in PHC form. */
export const SLOW_HASH_PREFIX = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$`;

/** A hash that nothing is known to have, at the same cost: made up, not computed. */
const NOBODY = `${SLOW_HASH_PREFIX}${base64(16)}$${base64(32)}`;

function base64(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}

/** Hashes a text to a PHC string. */
export function slowHash(secret: string): Promise<string> {
  return hash(secret, ARGON2ID);
}

/** Whether a secret fits. Without a stored hash the same work is done, one hash, and the answer is no. */
export async function fitsSlowHash(stored: string | null | undefined, secret: string): Promise<boolean> {
  const fits = await verify(stored ?? NOBODY, secret);
  return fits && stored !== null && stored !== undefined;
}
