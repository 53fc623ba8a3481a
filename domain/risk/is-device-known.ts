/** Whether the device of a sign-in counts as known. */
import type { Assessment } from './assessment';
import type { SignInFacts } from './facts';

/** A device counts as known when the assessment saw it in the profile and its token was presented. */
export function isDeviceKnown(assessment: Assessment, facts: SignInFacts | null): boolean {
  if (assessment.kind !== 'scored' || facts?.deviceTrust.kind !== 'held') return false;
  return !assessment.signals.some(({ code }) => code === 'new_device' || code === 'first_sign_in');
}
