/** A challenge that was open while the policy was edited: the edit reaches it as it reaches sessions. */
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from '../domain/policy/policy';
import { reassessSession } from '../domain/policy/reassess-session';
import { isDeviceKnown } from '../domain/risk/is-device-known';
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
  const isReadable = settings !== 'unreadable';
  const verdict = reassessSession({
    clientId,
    policy: isReadable ? context.mfaPolicy : settings,
    settings: isReadable ? settings : DEFAULT_POLICY_SETTINGS,
    account: { userActive, organizationActive },
    assessment,
    methodsEnrolled: true,
    deviceKnown: isDeviceKnown(assessment, facts),
    blockWaived,
    proven: true,
  });
  return verdict === 'revoke';
}
