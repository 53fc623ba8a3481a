/** Makes the code of a recovery case and queues it for the owner's address. For a login nobody has, all but the mail. */
import { randomInt } from 'node:crypto';
import { RECOVERY_CODE_DIGITS, RECOVERY_CODE_SECONDS } from '../domain/recovery';
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { recoveryCodeDigest } from '../runtime/recovery-code';
import { insertAuditEvents } from '../storage/audit-events';
import { inTransaction } from '../storage/postgres';
import { lockOwner, setRecoveryCode } from '../storage/recovery-codes';
import { recoveryEvent } from '../storage/recovery-events';
import type { ActivityDeps } from './deps';

/** Makes the activity. Safe to run again: a case gets one code. */
export function createSendRecoveryCode(deps: ActivityDeps) {
  const { pool, keys, logger } = deps;
  return async function sendRecoveryCode({ caseId }: { caseId: string }): Promise<void> {
    const code = String(randomInt(10 ** RECOVERY_CODE_DIGITS)).padStart(RECOVERY_CODE_DIGITS, '0');
    const digest = recoveryCodeDigest(keys, { caseId, code });
    const audit = await inTransaction(pool, async (tx) => {
      // Requests at the same time are counted one after the other.
      await lockOwner(tx, caseId);
      const recipient = await setRecoveryCode(tx, { id: caseId, digest, keyId: keys.currentId });
      if (!recipient || recipient.email === null) return [];
      const params = { code, minutes: RECOVERY_CODE_SECONDS / 60 };
      await insertNotice(tx, deps, { userId: recipient.userId, kind: 'recovery_code', params });
      return insertAuditEvents(tx, [recoveryEvent({ ...recipient, id: caseId }, 'recovery.code_sent')]);
    });
    logAudit(logger, audit);
  };
}
