/**
 * The decision on a step-up: approved by a fresh proof, challenged, or blocked. Pure; what it cannot read is answered
 * with a challenge.
 */
import type { Decision } from '../policy/decision';
import { effectiveRiskSettings, type PolicySettings } from '../policy/policy';
import { blockReasonText } from '../policy/reason-text';
import { scoreIfSound } from '../policy/sound-score';
import type { Assessment } from '../risk/assessment';
import { FLOOR_SCORE } from '../risk/settings';

export interface StepUpInput {
  readonly clientId: string;
  readonly settings: PolicySettings | 'unreadable';
  readonly account: {
    readonly userActive: boolean;
    readonly organizationActive: boolean;
    readonly sessionLive: boolean;
  };
  readonly assessment: Assessment;
  readonly methodsEnrolled: boolean;
  /** Seconds since the newest proof in this very session; null without one. */
  readonly proofAgeSeconds: number | null;
  readonly maxAgeSeconds: number;
  /** A transaction is approved by itself, never by an earlier proof. */
  readonly hasTransaction: boolean;
}

/** Decides; the outcome `allow` means: approved without asking again. */
export function decideStepUp(input: StepUpInput): Decision {
  const score = scoreIfSound(input.assessment);
  const signals = score !== null && input.assessment.kind === 'scored' ? input.assessment.signals : [];
  const { outcome, reason } = verdict(input, score);
  const lacksMethod = outcome === 'challenge' && !input.methodsEnrolled;
  return {
    outcome,
    policy: 'always',
    reason,
    riskScore: score,
    signals,
    ...(outcome === 'block' && { blockReason: blockReasonText(reason, signals) }),
    enrollment: lacksMethod ? 'denied' : 'none',
  };
}

function verdict(input: StepUpInput, score: number | null): Pick<Decision, 'outcome' | 'reason'> {
  const { account, settings } = input;
  if (!account.userActive || !account.sessionLive) return { outcome: 'block', reason: 'account_disabled' };
  if (!account.organizationActive) return { outcome: 'block', reason: 'organization_suspended' };
  if (score !== null && score >= blockThreshold(input)) return { outcome: 'block', reason: 'risk_block' };
  if (settings === 'unreadable') return { outcome: 'challenge', reason: 'policy_unavailable' };
  if (score === null) return { outcome: 'challenge', reason: 'risk_unavailable' };
  if (score >= FLOOR_SCORE) return { outcome: 'challenge', reason: 'risk_score' };
  if (input.hasTransaction) return { outcome: 'challenge', reason: 'transaction' };
  return isFresh(input)
    ? { outcome: 'allow', reason: 'recent_mfa' }
    : { outcome: 'challenge', reason: 'proof_too_old' };
}

function blockThreshold({ clientId, settings }: StepUpInput): number {
  return settings === 'unreadable' ? 80 : effectiveRiskSettings(clientId, settings).blockThreshold;
}

/** A proof from the future (clock set back) is no fresh one. */
function isFresh({ proofAgeSeconds, maxAgeSeconds }: StepUpInput): boolean {
  return proofAgeSeconds !== null && proofAgeSeconds >= 0 && proofAgeSeconds <= maxAgeSeconds;
}
