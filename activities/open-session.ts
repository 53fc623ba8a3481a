/** Opens the application session of a completed sign-in, limited by the application's settings. */
import type { SessionId } from '../domain/ids';
import type { PolicySettings } from '../domain/policy/policy';
import { sessionLimits } from '../domain/policy/session-limits';
import type { PoolClient } from '../storage/postgres';
import { insertSession } from '../storage/sessions';
import type { StoredDecision } from '../storage/sign-ins';

export interface Opening {
  readonly signIn: StoredDecision;
  readonly sessionId: SessionId;
  readonly settings: PolicySettings | 'unreadable';
  /** The version of the policy that the session is known to satisfy. */
  readonly policyVersion: number;
}

/** Inserts the session in the completing transaction. */
export function openSession(tx: PoolClient, { signIn, sessionId, ...policy }: Opening): Promise<void> {
  const { userId, clientId, externalSessionId, id: decisionId, issuesToken } = signIn;
  return insertSession(tx, {
    id: sessionId,
    userId,
    clientId,
    externalId: externalSessionId ?? undefined,
    decisionId,
    policyVersion: policy.policyVersion,
    ...sessionLimits(clientId, { settings: policy.settings, issuesToken }),
  });
}
