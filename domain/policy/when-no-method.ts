/** Step 8 of the decision: MFA is needed, but the user has no method enrolled. */
import { FLOOR_SCORE } from '../risk/settings';
import type { Enrollment } from './decision';
import type { WhenNoMethod } from './policy';

export interface NoMethodInput {
  readonly whenNoMethod: WhenNoMethod;
  /** Null when risk is unavailable: counts as high. */
  readonly riskScore: number | null;
  /** The profile knows this device. */
  readonly deviceKnown: boolean;
}

/** What takes the challenge's place; only `allowed_without_method` lets the user in. */
export function enrollmentWithoutMethod({ whenNoMethod, riskScore, deviceKnown }: NoMethodInput): Enrollment {
  const isLowRisk = riskScore !== null && riskScore < FLOOR_SCORE;
  switch (whenNoMethod) {
    case 'allow':
      return 'allowed_without_method';
    case 'email':
      return isLowRisk ? 'allowed_without_method' : 'email_verification_required';
    case 'deny':
      return 'denied';
    case 'enroll':
    default:
      // An enrolment token for a user without factors is worth the account: a stranger must prove the e-mail first.
      return isLowRisk && deviceKnown ? 'enrollment_required_token' : 'enrollment_required';
  }
}
