/** Ends open MFA sessions and their sign-ins in the caller's transaction, each with its one terminal audit event. */
import type { AuditType } from '../domain/audit-event';
import type { EndedState } from '../domain/session';
import { insertAuditEvents, type AuditRow } from './audit-events';
import { endSession, supersedeOldestSessions } from './mfa-sessions';
import type { PoolClient } from './postgres';
import { endSignIn, eventBase } from './sign-ins';

const EVENT_OF: Readonly<Record<Exclude<EndedState, 'verified'>, AuditType>> = {
  expired: 'mfa.session.expired',
  dead: 'mfa.session.dead',
  cancelled: 'mfa.session.cancelled',
  superseded: 'mfa.session.superseded',
};

/** Returns the audit rows to log, or `undefined` when the session was not pending or the condition did not hold. */
export async function endSessionWithAudit(
  tx: PoolClient,
  end: {
    sessionIdHash: string;
    state: Exclude<EndedState, 'verified'>;
    when: 'overdue' | 'any-time' | 'cap-reached';
  },
): Promise<AuditRow[] | undefined> {
  const session = await endSession(tx, { idHash: end.sessionIdHash, state: end.state, when: end.when });
  if (!session) return undefined;
  const signIn = await endSignIn(tx, { decisionId: session.decisionId, state: end.state });
  if (!signIn) return [];
  const level = end.state === 'dead' ? 'warn' : 'info';
  return insertAuditEvents(tx, [{ ...eventBase(signIn), type: EVENT_OF[end.state], level, terminal: true }]);
}

/** At most 20 open challenges per user: the oldest are superseded. Returns the audit rows to log. */
export async function supersedeWithAudit(tx: PoolClient, userId: string): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for (const session of await supersedeOldestSessions(tx, userId)) {
    const signIn = await endSignIn(tx, { decisionId: session.decisionId, state: 'superseded' });
    if (!signIn) continue;
    const event = { ...eventBase(signIn), type: EVENT_OF.superseded, level: 'info', terminal: true } as const;
    rows.push(...(await insertAuditEvents(tx, [event])));
  }
  return rows;
}
