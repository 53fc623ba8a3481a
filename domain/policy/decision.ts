/** What was decided about a sign-in: recorded once, immutable, never recomputed. */
import type { Signal } from '../risk/assessment';
import type { MfaPolicy } from './policy';

export const OUTCOMES = ['allow', 'challenge', 'block'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Which check of the decision order settled it. */
export const DECISION_REASONS = [
  'account_disabled',
  'organization_suspended',
  'portal',
  'risk_block',
  'block_waived',
  'policy_unavailable',
  'policy_always',
  'policy_never',
  'risk_unavailable',
  'risk_score',
  'low_risk',
  'recent_mfa',
  'proof_too_old',
  'transaction',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

/**
 * What a user without a method gets in place of the challenge. `allowed_without_method` goes with outcome `allow`;
 * all others but `none` are refusals that stand on outcome `challenge`. With `enrollment_required_token` the refusal
 * carries the enrolment token at once.
 */
export const ENROLLMENTS = [
  'none',
  'allowed_without_method',
  'email_verification_required',
  'enrollment_required',
  'enrollment_required_token',
  'denied',
] as const;
export type Enrollment = (typeof ENROLLMENTS)[number];

export interface Decision {
  readonly outcome: Outcome;
  /** The policy as applied: `always` for a portal and for an unreadable policy. */
  readonly policy: MfaPolicy;
  readonly reason: DecisionReason;
  /** Integer 0–100; null when risk was unavailable. */
  readonly riskScore: number | null;
  readonly signals: readonly Signal[];
  /** For administrators, with outcome `block` only; never in a public answer. */
  readonly blockReason?: string;
  readonly enrollment: Enrollment;
}
