/** What follows from a used backup code: an audit event, and a message to its owner when the codes run low. */
import type { AuditEvent } from '../domain/audit-event';
import { isWorthTelling } from '../domain/credentials/backup-code';
import { insertNotice, type NoticeDeps } from '../runtime/notices';
import { countBackupCodes } from '../storage/backup-codes';
import type { PoolClient } from '../storage/postgres';
import { eventBase, type StoredDecision } from '../storage/sign-ins';

/** In the completing transaction, after the code was spent. */
export async function followUsedCode(
  deps: NoticeDeps,
  tx: PoolClient,
  signIn: StoredDecision,
): Promise<readonly AuditEvent[]> {
  const { userId } = signIn;
  const left = await countBackupCodes(tx, userId);
  if (isWorthTelling(left))
    await insertNotice(tx, deps, { userId, kind: 'backup_codes_low', params: { left } });
  const used = { type: 'backup_codes.used', level: 'info', terminal: false, details: { left } } as const;
  return [{ ...eventBase(signIn), ...used }];
}
