/**
 * Backup codes: a digit that says which of the user's codes it is, and 80 random bits in Crockford's Base32, which has
 * no letters that look like digits. Written in groups, as `3-K7Q4-MXR9-PTZ8-HVW2`; read however somebody types it.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 16;
const GROUP = 4;

/** How many codes a set has: one for each digit. */
export const BACKUP_CODES = 10;
/** Random bytes of a code. */
export const BACKUP_CODE_BYTES = 10;

/** As a person may type it: any case, spaces and dashes anywhere, O for 0, I and L for 1. */
export const BACKUP_CODE_PATTERN = '^[ -]*[0-9OoIiLl](?:[ -]*[0-9A-TV-Za-tv-z]){16}[ -]*$';

export interface BackupCode {
  /** `0` to `9`. */
  readonly digit: string;
  /** Digit and letters in capitals, nothing else: what is digested. */
  readonly canonical: string;
}

/** The code of a digit with these random bytes, for its owner to write down. Throws a `RangeError` for another length. */
export function formatBackupCode(digit: number, random: Uint8Array): string {
  if (random.length !== BACKUP_CODE_BYTES) throw new RangeError('a backup code has 10 random bytes');
  const bits = [...random].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET.charAt(parseInt(five, 2)));
  const groups = Array.from({ length: LETTERS / GROUP }, (_, n) =>
    letters.slice(n * GROUP, (n + 1) * GROUP).join(''),
  );
  return [String(digit), ...groups].join('-');
}

/** What was typed in its one form, or `undefined` when it is no backup code. */
export function parseBackupCode(text: string): BackupCode | undefined {
  if (!new RegExp(BACKUP_CODE_PATTERN).test(text)) return undefined;
  const typed = text.replace(/[ -]/g, '').toUpperCase();
  const canonical = typed.replaceAll('O', '0').replace(/[IL]/g, '1');
  return { digit: canonical.charAt(0), canonical };
}

/** Whether the owner is told how many codes are left: when they run low, and when the last one is gone. */
export function isWorthTelling(codesLeft: number): boolean {
  return codesLeft === 3 || codesLeft === 0;
}
