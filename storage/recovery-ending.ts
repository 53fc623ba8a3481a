/** Ends recovery cases in the caller's transaction, each with its audit event. */
import { insertAuditEvents, type AuditRow } from './audit-events';
import type { PoolClient, Queryable } from './postgres';
import { endBlockWaiversOf } from './block-waivers';
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

/**
 * Ends the user's open recoveries and waivers: whoever began them may be the one from whom the account is being saved.
 * Their workflows notice when they look next.
 */
export async function endRecoveriesWithAudit(tx: PoolClient, userId: string): Promise<AuditRow[]> {
  await endBlockWaiversOf(tx, userId);
  const open = await tx.query<{ id: string }>(
    `select id from recovery_cases where user_id = $1 and ended_at is null order by id for update`,
    [userId],
  );
  const audit: AuditRow[] = [];
  for (const { id } of open.rows) {
    const ended = await endRecoveryCase(tx, { id, state: 'refused', when: 'any-time' });
    if (ended) audit.push(...(await insertAuditEvents(tx, [recoveryEvent(ended, 'recovery.overtaken')])));
  }
  return audit;
}

/** Deletes cases that ended `days` ago or earlier, with their orders and waivers. */
export async function deletePastRecoveries(db: Queryable, days: number): Promise<void> {
  await db.query(`delete from recovery_cases where ended_at < now() - make_interval(days => $1)`, [days]);
}
