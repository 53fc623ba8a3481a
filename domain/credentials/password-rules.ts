/**
 * What a new password must be (NIST SP 800-63B-4, section 3.1.1.2): long enough, and nothing that is guessed first.
 * There are no composition rules. Signing in never asks these rules: an old password stays good.
 */

export interface PasswordContext {
  /** In code points: 8 beside a second factor, 15 where the password stands alone. */
  readonly minLength: number;
  readonly login: string;
  readonly email: string | undefined;
  /** Names of the service in small letters. */
  readonly serviceNames: readonly string[];
  /** Whether a text in small letters is on the list of leaked and common passwords. */
  readonly isCommon: (text: string) => boolean;
}

export type PasswordProblem =
  | 'unprintable'
  | 'too_short'
  | 'too_long'
  | 'login'
  | 'email'
  | 'service_name'
  | 'repeated'
  | 'sequence'
  | 'common';

export type PasswordVerdict =
  { readonly ok: true } | { readonly ok: false; readonly problem: PasswordProblem };

/** In code points; NIST wants at least 64. */
export const MAX_PASSWORD_LENGTH = 256;

/** Characters that people append to a weak password to get it past a rule. */
const MAX_APPENDED = 4;
const MAX_UNIT = 4;
const MIN_RUN = 3;

/** The form that is hashed and compared: NFC, so that the same characters fit however a keyboard composes them. */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}

/** Checks a password that somebody chose; names the first rule that it breaks. */
export function checkNewPassword(password: string, context: PasswordContext): PasswordVerdict {
  const candidate = candidateOf(password);
  const broken = RULES.find(({ isBroken }) => isBroken(candidate, context));
  return broken ? { ok: false, problem: broken.problem } : { ok: true };
}

interface Candidate {
  readonly text: string;
  /** In code points. */
  readonly length: number;
  /** For comparison only: without case, and without the looks of letters (full width, ligatures). */
  readonly folded: string;
  readonly points: readonly string[];
}

function candidateOf(password: string): Candidate {
  const text = normalizePassword(password);
  const folded = fold(text);
  return { text, length: [...text].length, folded, points: [...folded] };
}

interface Rule {
  readonly problem: PasswordProblem;
  readonly isBroken: (candidate: Candidate, context: PasswordContext) => boolean;
}

const RULES: readonly Rule[] = [
  // Control characters cannot be typed, and the normal form of unassigned code points may change (UAX #15 §12.1).
  { problem: 'unprintable', isBroken: ({ text }) => /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u.test(text) },
  { problem: 'too_short', isBroken: ({ length }, { minLength }) => length < minLength },
  { problem: 'too_long', isBroken: ({ length }) => length > MAX_PASSWORD_LENGTH },
  { problem: 'login', isBroken: ({ folded }, { login }) => derivesFrom(folded, nameWords(login)) },
  { problem: 'email', isBroken: ({ folded }, { email }) => derivesFrom(folded, nameWords(email ?? '')) },
  { problem: 'service_name', isBroken: ({ folded }, context) => derivesFrom(folded, context.serviceNames) },
  { problem: 'repeated', isBroken: ({ points }) => isRepeatedUnit(points) },
  { problem: 'sequence', isBroken: ({ points }) => isSequence(points) },
  { problem: 'common', isBroken: ({ folded }, { isCommon }) => isCommonDerivation(folded, isCommon) },
];

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** A login or an address, and what stands before `@` or `+` in it. */
function nameWords(name: string): string[] {
  const folded = fold(name);
  return [folded, folded.split(/[@+]/u)[0] ?? ''];
}

/** A word alone or with a few characters after it, whatever separates its parts. Words inside a longer text are fine. */
function derivesFrom(folded: string, words: readonly string[]): boolean {
  const joined = joinParts(folded);
  return words.map(joinParts).some((word) => {
    if (word === '' || !joined.startsWith(word)) return false;
    return [...joined.slice(word.length)].length <= MAX_APPENDED;
  });
}

function joinParts(text: string): string {
  return text.replace(/[\s._-]+/gu, '');
}

/** One character, or up to four, over and over. */
function isRepeatedUnit(points: readonly string[]): boolean {
  for (let unit = 1; unit <= MAX_UNIT; unit += 1) {
    if (points.length > unit && points.every((point, at) => point === points[at % unit])) return true;
  }
  return false;
}

/** Nothing but runs of three and more characters that stay, go up or go down: `12345678`, `abcd4321`, `aaabbbccc`. */
function isSequence(points: readonly string[]): boolean {
  let run = 1;
  let direction: number | undefined;
  for (let at = 1; at < points.length; at += 1) {
    const step = stepBetween(points[at - 1] ?? '', points[at] ?? '');
    if (step !== undefined && (run === 1 || step === direction)) {
      run += 1;
      direction = step;
    } else if (run < MIN_RUN) {
      return false;
    } else {
      run = 1;
    }
  }
  return run >= MIN_RUN;
}

function stepBetween(from: string, to: string): number | undefined {
  if (from === '9' && to === '0') return 1;
  if (from === '0' && to === '9') return -1;
  const step = (to.codePointAt(0) ?? 0) - (from.codePointAt(0) ?? 0);
  return Math.abs(step) <= 1 ? step : undefined;
}

/** On the list as a whole, or after taking off up to four digits and marks at its end: `dragon2024`, `sunshine1!`. */
function isCommonDerivation(folded: string, isCommon: (text: string) => boolean): boolean {
  let rest = folded.trim();
  for (let taken = 0; taken <= MAX_APPENDED; taken += 1) {
    if (isCommon(rest)) return true;
    const shorter = rest.replace(/[\p{N}\p{P}\p{S}\s]$/u, '');
    if (shorter === rest) return false;
    rest = shorter;
  }
  return false;
}
