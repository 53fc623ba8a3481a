/** The first sign-in of an account: everything is new, so novelty says nothing, and MFA decides. */
import type { Signal } from '../assessment';
import { signal } from './rule';
import type { RuleContext } from './rule';

/** `first_sign_in`; takes the place of every novelty and travel signal. */
export function firstSignIn(context: RuleContext): readonly Signal[] {
  return [signal(context, 'first_sign_in')];
}
