/** Failures before this sign-in: on this device, on the account, from this address. */
import type { Signal } from '../assessment';
import { DEFAULT_WEIGHTS } from '../settings';
import { signal } from './rule';
import type { RuleContext } from './rule';

/** So many failures from one fingerprint are an attack, whatever else is known. */
export const ATTACK_FAILURES = 10;
const BLOCKING_FAILURES = 20;

/** `failed_attempts` from this fingerprint within 15 minutes; 20 demand a block by themselves. */
export function failedAttempts(context: RuleContext): readonly Signal[] {
  const count = context.facts.failures.sameFingerprint;
  if (count >= BLOCKING_FAILURES) return [{ ...signal(context, 'failed_attempts'), blocks: true }];
  if (count >= ATTACK_FAILURES) return [signal(context, 'failed_attempts')];
  if (count >= 5) return [signal(context, 'failed_attempts', 30)];
  return count >= 3 ? [signal(context, 'failed_attempts', 15)] : [];
}

/** `account_failures` from other fingerprints: a point each, few in all, so that nobody can lock a victim out. */
export function accountFailures(context: RuleContext): readonly Signal[] {
  const count = context.facts.failures.otherFingerprints;
  if (count === 0) return [];
  return [signal(context, 'account_failures', Math.min(count, DEFAULT_WEIGHTS.account_failures))];
}

/** `ip_spraying`: many accounts failing from this address within one hour. */
export function ipSpraying(context: RuleContext): readonly Signal[] {
  const count = context.facts.failures.accountsFromIp;
  if (count >= 20) return [signal(context, 'ip_spraying')];
  return count >= 5 ? [signal(context, 'ip_spraying', 25)] : [];
}
