/** The rules for new passwords with this service's settings, for everything that lets somebody choose one. */
import {
  checkNewPassword,
  MAX_PASSWORD_LENGTH,
  type PasswordProblem,
} from '../domain/credentials/password-rules';
import { isCommonPassword } from '../runtime/common-passwords';
import type { Config } from '../runtime/config';
import { Problem } from './problem';

const SERVICE_NAMES = ['zewstid', 'zewstid mfa'];

export interface NewPassword {
  readonly password: string;
  readonly login: string;
  readonly email?: string | null | undefined;
}

/** What the rules need of the configuration. */
export interface PasswordSettings {
  readonly config: Pick<Config, 'PASSWORD_MIN_LENGTH'>;
}

export type PasswordCheck =
  { readonly ok: true } | { readonly ok: false; readonly rule: PasswordProblem; readonly detail: string };

/** Says whether the password may be chosen, and otherwise which rule it breaks, in words for the person. */
export function checkAcceptablePassword({ config }: PasswordSettings, chosen: NewPassword): PasswordCheck {
  const minLength = config.PASSWORD_MIN_LENGTH;
  const verdict = checkNewPassword(chosen.password, {
    minLength,
    login: chosen.login,
    email: chosen.email ?? undefined,
    serviceNames: SERVICE_NAMES,
    isCommon: isCommonPassword,
  });
  if (verdict.ok) return verdict;
  return { ok: false, rule: verdict.problem, detail: textOf(verdict.problem, minLength) };
}

/** Throws 400 `password_refused`, with the rule as a member, when the password may not be chosen. */
export function assertAcceptablePassword(settings: PasswordSettings, chosen: NewPassword): void {
  const check = checkAcceptablePassword(settings, chosen);
  if (!check.ok) throw passwordRefused(check.rule, check.detail);
}

/** The refusal of a new password: fixed words per rule, never the password. */
export function passwordRefused(rule: string, detail: string): Problem {
  return new Problem('password_refused', { detail, members: { rule } });
}

const ADVICE = 'Three or four words that do not belong together are strong and easy to remember.';

function textOf(problem: PasswordProblem, minLength: number): string {
  switch (problem) {
    case 'unprintable':
      return 'The password has characters that cannot be typed reliably.';
    case 'too_short':
      return `The password must have at least ${minLength} characters. ${ADVICE}`;
    case 'too_long':
      return `The password must have at most ${MAX_PASSWORD_LENGTH} characters.`;
    case 'login':
      return `The password is too close to the login. ${ADVICE}`;
    case 'email':
      return `The password is too close to the e-mail address. ${ADVICE}`;
    case 'service_name':
      return `The password is too close to the name of the service. ${ADVICE}`;
    case 'repeated':
      return `The password repeats the same few characters. ${ADVICE}`;
    case 'sequence':
      return `The password is a simple sequence of characters. ${ADVICE}`;
    case 'common':
      return `The password, or one nearly the same, is among those that are guessed first. ${ADVICE}`;
  }
}
