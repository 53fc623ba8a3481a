/** Expires a recovery case when its step is due, in the caller's transaction, with its audit event. */
import { insertAuditEvents, type AuditRow } from './audit-events';
import type { PoolClient } from './postgres';
import { endRecoveryCase } from './recovery-cases';
import { recoveryEvent } from './recovery-events';

/** Returns the audit rows to log, or `undefined` when it is not due or had ended. */
export async function expireRecoveryWithAudit(
  tx: PoolClient,
  caseId: string,
): Promise<AuditRow[] | undefined> {
  const expired = await endRecoveryCase(tx, { id: caseId, state: 'expired', when: 'overdue' });
  return expired && insertAuditEvents(tx, [recoveryEvent(expired, 'recovery.expired')]);
}
