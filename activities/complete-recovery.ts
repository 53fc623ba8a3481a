/**
 * Completes a recovery in ONE transaction: the new password, every session and open challenge ended, every device
 * untrusted, the block waived for the device of the sign-in that was named, the owner notified.
 */
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { insertBlockWaiver } from '../storage/block-waivers';
import { recoverPasswordHash } from '../storage/password-hashes';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { findRecoveryCase, takeNewPassword, type RecoveryCaseRow } from '../storage/recovery-cases';
import { recoveryEvent } from '../storage/recovery-events';
import { lockOwner } from '../storage/recovery-codes';
import { endAccess } from '../storage/session-revocation';
import { revokeEveryDeviceTrust } from '../storage/sessions';
import type { RecoveryStepResult } from '../workflows/recovery-messages';
import type { ActivityDeps } from './deps';

/** Makes the activity. A re-run after it committed gives the same answer. */
export function createCompleteRecovery(deps: ActivityDeps) {
  const { pool, logger } = deps;
  return async function completeRecovery({ caseId }: { caseId: string }): Promise<RecoveryStepResult> {
    const audit = await inTransaction(pool, (tx) => complete(deps, tx, caseId));
    if (audit) {
      logAudit(logger, audit);
      return { kind: 'done' };
    }
    const recovery = await findRecoveryCase(pool, { id: caseId });
    return { kind: recovery?.state === 'completed' ? 'done' : 'ended' };
  };
}

async function complete(deps: ActivityDeps, tx: PoolClient, caseId: string): Promise<AuditRow[] | undefined> {
  await lockOwner(tx, caseId);
  const recovery = await takeNewPassword(tx, caseId);
  if (recovery?.userId == null) return undefined;
  const { userId, hash } = recovery;
  // A user disabled meanwhile: nothing of this transaction stays.
  if (!(await recoverPasswordHash(tx, { userId, to: hash })))
    throw new Error('the user of the recovery is not active');
  // Whoever knew the old password is out, on every device; MFA is needed again on each.
  const ended = await endAccess(tx, { userId }, 'recovered');
  await revokeEveryDeviceTrust(tx, userId);
  const events = [recoveryEvent(recovery, 'recovery.completed', { level: 'warn' })];
  if (await waiveBlock(tx, recovery)) events.push(recoveryEvent(recovery, 'block.waived', { level: 'warn' }));
  await insertNotice(tx, deps, { userId, kind: 'account_recovered', params: {} });
  return [...ended.audit, ...(await insertAuditEvents(tx, events))];
}

async function waiveBlock(tx: PoolClient, recovery: RecoveryCaseRow): Promise<boolean> {
  const { userId, decisionId, deviceKey, id: caseId } = recovery;
  if (userId === null || decisionId === null || deviceKey === null) return false;
  await insertBlockWaiver(tx, { id: newId('wvr'), userId, deviceKey, decisionId, caseId });
  return true;
}
