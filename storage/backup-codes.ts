/** Backup codes: at most one set a user. A code is used once, by the statement that finds it unused. */
import { firstRow, type PoolClient, type Queryable } from './postgres';

export interface NewBackupCode {
  readonly digit: string;
  readonly hash: string;
}

/**
 * Puts a new set in the place of the old one. In a transaction that holds the user's row (`lockUser`): an old code that
 * is being spent at this moment is either spent before, or finds its set gone.
 */
export async function replaceBackupCodes(
  tx: PoolClient,
  set: { userId: string; setId: string; keyId: string; codes: readonly NewBackupCode[] },
): Promise<void> {
  await removeBackupCodes(tx, set.userId);
  await tx.query(
    `insert into backup_codes (user_id, set_id, key_id, digit, hash)
     select $1, $2, $3, digit, hash from unnest($4::text[], $5::text[]) as c (digit, hash)`,
    [
      set.userId,
      set.setId,
      set.keyId,
      set.codes.map(({ digit }) => digit),
      set.codes.map(({ hash }) => hash),
    ],
  );
}

/** Removes a user's codes, used ones too; returns how many. */
export async function removeBackupCodes(tx: PoolClient, userId: string): Promise<number> {
  const result = await tx.query(`delete from backup_codes where user_id = $1`, [userId]);
  return result.rowCount ?? 0;
}

/** The key by which the user's codes were digested; `undefined` when there are none. */
export async function findBackupCodeKey(db: Queryable, userId: string): Promise<string | undefined> {
  const result = await db.query<{ keyId: string }>(
    `select key_id as "keyId" from backup_codes where user_id = $1 limit 1`,
    [userId],
  );
  return firstRow(result)?.keyId;
}

/** The unused code of a digit, or `undefined`. */
export async function findBackupCode(
  db: Queryable,
  { userId, digit }: { userId: string; digit: string },
): Promise<{ setId: string; hash: string } | undefined> {
  return firstRow(
    await db.query<{ setId: string; hash: string }>(
      `select set_id as "setId", hash from backup_codes where user_id = $1 and digit = $2 and used_at is null`,
      [userId, digit],
    ),
  );
}

/** Spends a code of this very set; of many racing statements exactly one gets true. */
export async function spendBackupCode(
  tx: PoolClient,
  code: { userId: string; setId: string; digit: string },
): Promise<boolean> {
  const result = await tx.query(
    `update backup_codes set used_at = now()
     where user_id = $1 and set_id = $2 and digit = $3 and used_at is null`,
    [code.userId, code.setId, code.digit],
  );
  return result.rowCount === 1;
}

/** How many codes a user has left. */
export async function countBackupCodes(db: Queryable, userId: string): Promise<number> {
  const result = await db.query<{ left: number }>(
    `select count(*)::int as left from backup_codes where user_id = $1 and used_at is null`,
    [userId],
  );
  return firstRow(result)?.left ?? 0;
}
