/**
 * Policy → risk → record, for sign-in and step-up alike. What cannot be known becomes a challenge; what cannot be
 * recorded lets nobody in.
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities, PolicySnapshot } from '../activities';
import { SUMMARIES } from '../domain/flow-texts';
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import { POLICY_LOOK_UP, RISK_ASSESSMENT } from './activity-options';
import type { DecisionAnswer, RiskSubject } from './messages';

const { lookUpPolicy } = proxyLocalActivities<Activities>({
  ...POLICY_LOOK_UP,
  summary: SUMMARIES.lookUpPolicy,
});
const { assessRisk } = proxyLocalActivities<Activities>({
  ...RISK_ASSESSMENT,
  summary: SUMMARIES.assessRisk,
});

/** A policy that changes under the decision is read again this often; then it counts as unreadable. */
const MAX_ROUNDS = 3;

/** What a decision is made of. */
export interface Grounds {
  readonly policy: PolicySnapshot | 'unreadable';
  readonly assessment: Assessment;
  readonly baseline?: Assessment;
  readonly facts: SignInFacts | null;
}

/** Gathers the grounds and has them recorded, again when the policy changed in between. */
export async function decide(
  subject: RiskSubject,
  record: (grounds: Grounds) => Promise<DecisionAnswer | { kind: 'policy_changed' }>,
): Promise<DecisionAnswer> {
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const policy =
      round === MAX_ROUNDS ? 'unreadable' : await lookUpPolicyOrNone(subject.clientId, round > 1);
    const risk = await assessRiskOrUnavailable(subject, policy);
    try {
      const recorded = await record({ policy, ...risk });
      if (recorded.kind !== 'policy_changed') return recorded;
    } catch {
      return { kind: 'not_recorded' };
    }
  }
  return { kind: 'not_recorded' };
}

/** An unreadable policy is treated as `always` by the decision. */
async function lookUpPolicyOrNone(clientId: string, fresh: boolean): Promise<PolicySnapshot | 'unreadable'> {
  try {
    return await lookUpPolicy({ clientId, fresh });
  } catch {
    return 'unreadable';
  }
}

/** Fail-safe: an assessment that used up its tries is "unavailable", and under `smart` that means MFA. */
async function assessRiskOrUnavailable(
  input: RiskSubject,
  policy: PolicySnapshot | 'unreadable',
): Promise<Omit<Grounds, 'policy'>> {
  try {
    return await assessRisk({ input, policy });
  } catch {
    return { assessment: { kind: 'unavailable' }, facts: null };
  }
}
