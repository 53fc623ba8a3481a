/** Ends the session of a workflow that an operator cancelled. */
import type { EndedState } from '../domain/session';
import { findMfaSession } from '../storage/mfa-sessions';
import { inTransaction } from '../storage/postgres';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from './deps';
import { endSessionWithAudit } from '../storage/session-ending';

/** Makes the activity; answers the state in which the session really ended. */
export function createCancelSession({ pool, logger }: ActivityDeps) {
  return async function cancelSession({
    sessionIdHash,
  }: {
    sessionIdHash: string;
  }): Promise<{ state: EndedState }> {
    const cancelled = await inTransaction(pool, (tx) =>
      endSessionWithAudit(tx, { sessionIdHash, state: 'cancelled', when: 'any-time' }),
    );
    if (cancelled) {
      logAudit(logger, cancelled);
      return { state: 'cancelled' };
    }
    const session = await findMfaSession(pool, sessionIdHash);
    return { state: session && session.state !== 'pending' ? session.state : 'cancelled' };
  };
}
