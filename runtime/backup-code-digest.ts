/**
 * A backup code in the only form that leaves the API: `HMAC(backup-codes, user ‖ code)`. What is stored is a slow hash
 * of it: a stolen database without the master key holds nothing to try codes against.
 */
import { randomBytes } from 'node:crypto';
import { BACKUP_CODE_BYTES, BACKUP_CODES, formatBackupCode } from '../domain/credentials/backup-code';
import type { KeyRing } from './keys';

/** Digests a canonical code to base64url, by the current key or by the one that digested the stored codes. */
export function digestBackupCode(
  keys: KeyRing,
  { userId, canonical }: { userId: string; canonical: string },
  keyId?: string,
): string {
  return keys.digest('backup-codes', [userId, canonical], keyId).toString('base64url');
}

/** Ten fresh codes, in the order of their digits. */
export function newBackupCodes(): string[] {
  return Array.from({ length: BACKUP_CODES }, (_, digit) =>
    formatBackupCode(digit, randomBytes(BACKUP_CODE_BYTES)),
  );
}
