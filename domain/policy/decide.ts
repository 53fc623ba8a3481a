/**
 * The decision on a sign-in: allow, challenge or block.
 * Pure; what it cannot read (policy, score) is answered with MFA, never with a way in.
 */
import type { Assessment } from '../risk/assessment';
import type { RiskSettings } from '../risk/settings';
import type { Decision, DecisionReason, Outcome } from './decision';
import {
  DEFAULT_POLICY_SETTINGS,
  effectiveRiskSettings,
  effectiveWhenNoMethod,
  isMfaPolicy,
  isPortal,
} from './policy';
import type { MfaPolicy, PolicySettings, WhenNoMethod } from './policy';
import { blockReasonText } from './reason-text';
import { scoreIfSound } from './sound-score';
import { enrollmentWithoutMethod } from './when-no-method';

export interface DecideInput {
  /** As registered. */
  readonly clientId: string;
  readonly policy: MfaPolicy | 'unreadable';
  /** Ignored while the policy is unreadable. */
  readonly settings: PolicySettings;
  readonly account: { readonly userActive: boolean; readonly organizationActive: boolean };
  readonly assessment: Assessment;
  /** Whether the user has any method to be challenged with. */
  readonly methodsEnrolled: boolean;
  /** Whether the profile knows this device. */
  readonly deviceKnown: boolean;
  /** After a recovery, or by an administrator: for this device a block is MFA instead. */
  readonly blockWaived?: boolean;
}

interface Considered {
  readonly input: DecideInput;
  readonly policy: MfaPolicy | 'unreadable';
  readonly portal: boolean;
  readonly blockOnCritical: boolean;
  /** Null when risk is unavailable. */
  readonly score: number | null;
  readonly thresholds: Pick<RiskSettings, 'mfaThreshold' | 'blockThreshold'>;
  readonly whenNoMethod: WhenNoMethod;
}

interface Verdict {
  readonly outcome: Outcome;
  readonly reason: DecisionReason;
}

type Check = (considered: Considered) => Verdict | undefined;

/** The decision order: the first check that answers decides. */
const DECISION_ORDER: readonly Check[] = [
  accountStands,
  portalNeedsMfa,
  criticalRiskBlocks,
  unreadablePolicyNeedsMfa,
  alwaysNeedsMfa,
  neverLetsIn,
  smartFollowsRisk,
];

/** Decides a sign-in by the decision order, then settles what a challenge means for a user without a method. */
export function decide(input: DecideInput): Decision {
  const considered = consider(input);
  const verdict = firstVerdict(considered);
  const { score, whenNoMethod } = considered;
  const { assessment, deviceKnown } = input;
  const signals = score !== null && assessment.kind === 'scored' ? assessment.signals : [];
  const needsMethod = verdict.outcome === 'challenge' && !input.methodsEnrolled;
  const enrollment = needsMethod
    ? enrollmentWithoutMethod({
        whenNoMethod: whenNoMethodFor(verdict, whenNoMethod),
        riskScore: score,
        deviceKnown,
      })
    : 'none';
  return {
    outcome: enrollment === 'allowed_without_method' ? 'allow' : verdict.outcome,
    policy: considered.portal || considered.policy === 'unreadable' ? 'always' : considered.policy,
    reason: verdict.reason,
    riskScore: score,
    signals,
    ...(verdict.outcome === 'block' && { blockReason: blockReasonText(verdict.reason, signals) }),
    enrollment,
  };
}

function consider(input: DecideInput): Considered {
  const { clientId } = input;
  const policy = isMfaPolicy(input.policy) ? input.policy : 'unreadable';
  const isReadable = policy !== 'unreadable';
  const settings = isReadable ? input.settings : DEFAULT_POLICY_SETTINGS;
  return {
    input,
    policy,
    portal: isPortal(clientId),
    blockOnCritical: settings.blockOnCritical,
    score: scoreIfSound(input.assessment),
    thresholds: effectiveRiskSettings(clientId, settings),
    // An application that may demand a method must not be entered without one because its policy cannot be read.
    whenNoMethod: isReadable ? effectiveWhenNoMethod(clientId, settings) : 'enroll',
  };
}

function firstVerdict(considered: Considered): Verdict {
  for (const check of DECISION_ORDER) {
    const verdict = check(considered);
    if (verdict !== undefined) return verdict;
  }
  // A gap in the order must not be a way in.
  return { outcome: 'challenge', reason: 'policy_unavailable' };
}

function accountStands({ input: { account } }: Considered): Verdict | undefined {
  if (!account.userActive) return { outcome: 'block', reason: 'account_disabled' };
  return account.organizationActive ? undefined : { outcome: 'block', reason: 'organization_suspended' };
}

function portalNeedsMfa(considered: Considered): Verdict | undefined {
  if (!considered.portal) return undefined;
  return criticalVerdict(considered) ?? { outcome: 'challenge', reason: 'portal' };
}

function criticalRiskBlocks(considered: Considered): Verdict | undefined {
  const mayBlock = considered.policy !== 'never' || considered.blockOnCritical;
  return mayBlock ? criticalVerdict(considered) : undefined;
}

/** At the block threshold: blocked, or MFA where the block is waived for this device. */
function criticalVerdict(considered: Considered): Verdict | undefined {
  if (!isCritical(considered)) return undefined;
  return considered.input.blockWaived === true
    ? { outcome: 'challenge', reason: 'block_waived' }
    : { outcome: 'block', reason: 'risk_block' };
}

function unreadablePolicyNeedsMfa({ policy }: Considered): Verdict | undefined {
  return policy === 'unreadable' ? { outcome: 'challenge', reason: 'policy_unavailable' } : undefined;
}

function alwaysNeedsMfa({ policy }: Considered): Verdict | undefined {
  return policy === 'always' ? { outcome: 'challenge', reason: 'policy_always' } : undefined;
}

function neverLetsIn({ policy, blockOnCritical, score }: Considered): Verdict | undefined {
  if (policy !== 'never') return undefined;
  return blockOnCritical && score === null
    ? { outcome: 'challenge', reason: 'risk_unavailable' }
    : { outcome: 'allow', reason: 'policy_never' };
}

function smartFollowsRisk({ policy, score, thresholds }: Considered): Verdict | undefined {
  if (policy !== 'smart') return undefined;
  if (score === null) return { outcome: 'challenge', reason: 'risk_unavailable' };
  return score >= thresholds.mfaThreshold
    ? { outcome: 'challenge', reason: 'risk_score' }
    : { outcome: 'allow', reason: 'low_risk' };
}

/** A waived block is MFA, never a way in without it: a user without a method has to enrol first. */
function whenNoMethodFor({ reason }: Verdict, whenNoMethod: WhenNoMethod): WhenNoMethod {
  return reason === 'block_waived' && whenNoMethod === 'allow' ? 'enroll' : whenNoMethod;
}

function isCritical({ score, thresholds }: Considered): boolean {
  return score !== null && score >= thresholds.blockThreshold;
}
