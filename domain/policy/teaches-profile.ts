/** What a sign-in completed without MFA may teach the profile. Those completed with MFA teach everything. */
import type { Assessment } from '../risk/assessment';
import { DEFAULT_RISK_SETTINGS } from '../risk/settings';
import type { Decision } from './decision';
import { scoreIfSound } from './sound-score';

/** `whereabouts`: only from where the next journey is measured. */
export type Teaching = 'everything' | 'whereabouts' | 'nothing';

/**
 * What an allowed sign-in teaches: everything, if default `smart` would have let it through. Otherwise, let in by
 * `smart` on a trusted device, where its user was: travel is then measured from there and not from an older place.
 * @param baseline the assessment under `DEFAULT_RISK_SETTINGS`; the application's own settings may be laxer
 */
export function teachingOf(decision: Decision, baseline: Assessment): Teaching {
  if (decision.outcome !== 'allow') return 'nothing';
  // Poisoning: what a lax application lets in must not make an attacker's device known to all the others.
  const score = scoreIfSound(baseline);
  if (score !== null && score < DEFAULT_RISK_SETTINGS.mfaThreshold) return 'everything';
  const isTrusted = decision.signals.some(({ code }) => code === 'trusted_device');
  return decision.reason === 'low_risk' && isTrusted ? 'whereabouts' : 'nothing';
}
