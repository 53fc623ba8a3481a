/** Which sign-ins completed without MFA may teach the profile. Those completed with MFA always may. */
import type { Assessment } from '../risk/assessment';
import { DEFAULT_RISK_SETTINGS } from '../risk/settings';
import type { Decision } from './decision';
import { scoreIfSound } from './sound-score';

/**
 * Whether an allowed sign-in teaches: only if default `smart` would have let it through.
 * @param assessment of the same sign-in under `DEFAULT_RISK_SETTINGS`; the application's own settings may be laxer
 */
export function teachesProfile(decision: Decision, assessment: Assessment): boolean {
  if (decision.outcome !== 'allow') return false;
  // Poisoning: what a lax application lets in must not make an attacker's device known to all the others.
  const score = scoreIfSound(assessment);
  return score !== null && score < DEFAULT_RISK_SETTINGS.mfaThreshold;
}
