/**
 * The packaged list of leaked and common passwords (zxcvbn-ts, MIT), loaded once at the start of a process that
 * lets people choose passwords: about 20 ms and 4 MB of heap.
 */
import { dictionary } from '@zxcvbn-ts/language-common';

const COMMON = new Set(dictionary['passwords-common']);

/** Whether a text in small letters is on the list. */
export function isCommonPassword(text: string): boolean {
  return COMMON.has(text);
}
