/** The rules, in the order in which their signals are listed. */
import type { Signal } from './assessment';
import { botAgent } from './rules/bot-agent';
import { trustedDevice, unprovenDevice } from './rules/device';
import { accountFailures, failedAttempts, ipSpraying } from './rules/failures';
import { firstSignIn } from './rules/first-sign-in';
import { impossibleTravel } from './rules/impossible-travel';
import { networkClass } from './rules/network-class';
import { newIp } from './rules/new-ip';
import { geoUnknown, newCountry, newRegion } from './rules/new-place';
import type { RiskRule, RuleContext } from './rules/rule';

/** Compare the sign-in with what is known of the user. */
export const NOVELTY_RULES: readonly RiskRule[] = [
  unprovenDevice,
  newIp,
  newCountry,
  newRegion,
  impossibleTravel,
  trustedDevice,
  geoUnknown,
];

/** Stand in for the comparison while nothing is known. */
export const FIRST_SIGN_IN_RULES: readonly RiskRule[] = [firstSignIn];

/** Speak of an adversary, whoever the user is. */
export const ADVERSARY_RULES: readonly RiskRule[] = [
  networkClass,
  failedAttempts,
  accountFailures,
  ipSpraying,
  botAgent,
];

/** Every signal that fired, in the order of the rules. */
export function signalsOf(context: RuleContext): readonly Signal[] {
  const isFirst = context.profile.completedSignIns === 0;
  const rules = [...(isFirst ? FIRST_SIGN_IN_RULES : NOVELTY_RULES), ...ADVERSARY_RULES];
  return rules.flatMap((rule) => rule(context));
}
