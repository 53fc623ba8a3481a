/** Looks at a session in the store and expires it when it is due: what the timer and the `sessionClosed` Signal ask for. */
import type { EndedState } from '../domain/session';
import { findMfaSession } from '../storage/mfa-sessions';
import { inTransaction } from '../storage/postgres';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from './deps';
import { endSessionWithAudit } from '../storage/session-ending';

export type SessionStanding =
  | { readonly kind: 'pending'; readonly remainingMs: number }
  | { readonly kind: 'ended'; readonly state: EndedState };

/** Makes the activity. The store's clock alone decides whether a session has expired. */
export function createSettleSession({ pool, logger }: ActivityDeps) {
  return async function settleSession({
    sessionIdHash,
  }: {
    sessionIdHash: string;
  }): Promise<SessionStanding> {
    const expired = await inTransaction(pool, (tx) =>
      endSessionWithAudit(tx, { sessionIdHash, state: 'expired', when: 'overdue' }),
    );
    if (expired) {
      logAudit(logger, expired);
      return { kind: 'ended', state: 'expired' };
    }
    const session = await findMfaSession(pool, sessionIdHash);
    if (!session) return { kind: 'ended', state: 'cancelled' };
    if (session.state !== 'pending') return { kind: 'ended', state: session.state };
    return { kind: 'pending', remainingMs: Math.max(1, Math.ceil(session.remainingMs)) };
  };
}
