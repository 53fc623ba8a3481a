/**
 * Completes a recovery in ONE transaction: the new password, every session and open challenge ended, every device
 * untrusted, the block waived for the device of the sign-in that was named, the owner notified.
 */
import { logAudit } from '../runtime/audit-log';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { insertBlockWaiver } from '../storage/block-waivers';
import { insertOutboxMessage } from '../storage/outbox';
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
export function createCompleteRecovery({ pool, logger }: ActivityDeps) {
  return async function completeRecovery({ caseId }: { caseId: string }): Promise<RecoveryStepResult> {
    const audit = await inTransaction(pool, (tx) => complete(tx, caseId));
    if (audit) {
      logAudit(logger, audit);
      return { kind: 'done' };
    }
    const recovery = await findRecoveryCase(pool, { id: caseId });
    return { kind: recovery?.state === 'completed' ? 'done' : 'ended' };
  };
}

async function complete(tx: PoolClient, caseId: string): Promise<AuditRow[] | undefined> {
  await lockOwner(tx, caseId);
  const recovery = await takeNewPassword(tx, caseId);
  if (recovery?.userId == null) return undefined;
  const { userId, hash } = recovery;
  const owner = await recoverPasswordHash(tx, { userId, to: hash });
  // A user disabled meanwhile: nothing of this transaction stays.
  if (!owner) throw new Error('the user of the recovery is not active');
  // Whoever knew the old password is out, on every device; MFA is needed again on each.
  const ended = await endAccess(tx, { userId }, 'recovered');
  await revokeEveryDeviceTrust(tx, userId);
  const events = [recoveryEvent(recovery, 'recovery.completed', { level: 'warn' })];
  if (await waiveBlock(tx, recovery)) events.push(recoveryEvent(recovery, 'block.waived', { level: 'warn' }));
  if (owner.email !== null) {
    await insertOutboxMessage(tx, {
      userId,
      recipient: owner.email,
      subject: 'Your account was recovered',
      body: 'Your password was changed by account recovery, and all your sessions were ended. If this was not you, tell your administrator at once.',
    });
  }
  return [...ended.audit, ...(await insertAuditEvents(tx, events))];
}

async function waiveBlock(tx: PoolClient, recovery: RecoveryCaseRow): Promise<boolean> {
  const { userId, decisionId, deviceKey, id: caseId } = recovery;
  if (userId === null || decisionId === null || deviceKey === null) return false;
  await insertBlockWaiver(tx, { id: newId('wvr'), userId, deviceKey, decisionId, caseId });
  return true;
}
