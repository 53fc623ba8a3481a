/** A challenge that was open while the policy was edited: the edit reaches it as it reaches sessions. */
import type { PolicySettings } from '../domain/policy/policy';
import { reassessStored } from '../domain/policy/reassess-session';
import type { DecisionContextRow, StoredDecision } from '../storage/sign-ins';

/** Whether the policy in force now would have blocked the sign-in. MFA satisfies every policy, but not a block. */
export function isOvertaken(
  signIn: StoredDecision,
  context: DecisionContextRow,
  settings: PolicySettings | 'unreadable',
): boolean {
  if (signIn.purpose !== 'sign-in' || signIn.policyVersion === context.version) return false;
  const { clientId, assessment, facts } = signIn;
  const { userActive, organizationActive, blockWaived } = context;
  const { mfaPolicy } = context;
  const account = { userActive, organizationActive };
  const session = { clientId, mfaPolicy, settings, account, assessment, facts, blockWaived };
  return reassessStored({ ...session, methodsEnrolled: true, proven: true }) === 'revoke';
}
