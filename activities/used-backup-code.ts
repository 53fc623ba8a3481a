/** What follows from a used backup code: an audit event, and a message to its owner when the codes run low. */
import type { AuditEvent } from '../domain/audit-event';
import { isWorthTelling } from '../domain/credentials/backup-code';
import { countBackupCodes } from '../storage/backup-codes';
import { insertOutboxMessage } from '../storage/outbox';
import type { PoolClient } from '../storage/postgres';
import { eventBase, type StoredDecision } from '../storage/sign-ins';
import { findUser } from '../storage/users';

/** In the completing transaction, after the code was spent. */
export async function followUsedCode(tx: PoolClient, signIn: StoredDecision): Promise<readonly AuditEvent[]> {
  const { userId } = signIn;
  const left = await countBackupCodes(tx, userId);
  if (isWorthTelling(left)) await tellOwner(tx, userId, left);
  const used = { type: 'backup_codes.used', level: 'info', terminal: false, details: { left } } as const;
  return [{ ...eventBase(signIn), ...used }];
}

async function tellOwner(tx: PoolClient, userId: string, left: number): Promise<void> {
  const email = (await findUser(tx, userId))?.email;
  if (!email) return;
  await insertOutboxMessage(tx, {
    userId,
    recipient: email,
    subject: left === 0 ? 'Your last backup code was used' : `${left} backup codes left`,
    body: 'A backup code was used to sign in. Make new ones soon. If it was not you, make new ones now and tell your administrator.',
  });
}
