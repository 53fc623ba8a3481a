/** Waivers of a block: for one device of one user, for a while, risk asks for MFA instead of blocking. */
import { BLOCK_WAIVER_SECONDS } from '../domain/recovery';
import { firstRow, type Queryable } from './postgres';

export interface NewBlockWaiver {
  readonly id: string;
  readonly userId: string;
  readonly deviceKey: string;
  readonly decisionId: string;
  readonly caseId: string | null;
}

/** Opens a waiver; returns its end. */
export async function insertBlockWaiver(db: Queryable, waiver: NewBlockWaiver): Promise<Date> {
  const row = firstRow(
    await db.query<{ expiresAt: Date }>(
      `insert into block_waivers (id, user_id, device_key, decision_id, case_id, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning expires_at as "expiresAt"`,
      [waiver.id, waiver.userId, waiver.deviceKey, waiver.decisionId, waiver.caseId, BLOCK_WAIVER_SECONDS],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.expiresAt;
}

/** Ends the waivers of a user now. */
export async function endBlockWaiversOf(db: Queryable, userId: string): Promise<void> {
  await db.query(`update block_waivers set expires_at = now() where user_id = $1 and expires_at > now()`, [
    userId,
  ]);
}

/** Ends the waivers of a case now. */
export async function endBlockWaivers(db: Queryable, caseId: string): Promise<void> {
  await db.query(`update block_waivers set expires_at = now() where case_id = $1 and expires_at > now()`, [
    caseId,
  ]);
}
