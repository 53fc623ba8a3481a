/**
 * The factors of users over all their tables, for listing, naming and removing them. A table of factors has `id`,
 * `user_id`, `name`, `state`, `created_at` and `last_used_at`; one that is `pending` is no factor yet.
 */
import type { Method } from '../domain/session';
import { removeBackupCodes } from './backup-codes';
import { FACTOR_TABLES } from './enrolled-methods';
import type { PoolClient, Queryable } from './postgres';

export interface FactorRow {
  readonly id: string;
  readonly type: Method;
  readonly name: string;
  readonly state: 'active' | 'disabled';
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const OF_TABLES = FACTOR_TABLES.map(
  ({ method, table }) =>
    `select id, '${method}' as type, name, state, created_at, last_used_at
     from ${table} where user_id = $1 and state <> 'pending'`,
);

/** A set of backup codes is listed as one; used up, it counts no more. */
const OF_BACKUP_CODES = `select set_id, 'backupCode', 'Backup codes',
    case when bool_or(used_at is null) then 'active' else 'disabled' end, min(created_at), max(used_at)
  from backup_codes where user_id = $1 group by set_id`;

/** A user's factors, oldest first, and the backup codes. */
export async function listFactors(db: Queryable, userId: string): Promise<FactorRow[]> {
  const result = await db.query<FactorRow>(
    `select id, type, name, state, created_at as "createdAt", last_used_at as "lastUsedAt"
     from (${[...OF_TABLES, OF_BACKUP_CODES].join(' union all ')}) f order by created_at, id`,
    [userId],
  );
  return result.rows;
}

export interface FactorReference {
  readonly userId: string;
  readonly methodId: string;
}

/** Names a factor; its method, or `undefined` when the user has none with this id. Backup codes have no name of their own. */
export async function renameFactor(
  tx: PoolClient,
  { userId, methodId, name }: FactorReference & { name: string },
): Promise<Method | undefined> {
  for (const { method, table } of FACTOR_TABLES) {
    const renamed = await tx.query(
      `update ${table} set name = $3 where id = $1 and user_id = $2 and state <> 'pending'`,
      [methodId, userId, name],
    );
    if (renamed.rowCount === 1) return method;
  }
  return undefined;
}

/** Removes a factor, or the set of backup codes with this id; its method, or `undefined` when the user has none. */
export async function removeFactor(
  tx: PoolClient,
  { userId, methodId }: FactorReference,
): Promise<Method | undefined> {
  for (const { method, table } of FACTOR_TABLES) {
    const removed = await tx.query(
      `delete from ${table} where id = $1 and user_id = $2 and state <> 'pending'`,
      [methodId, userId],
    );
    if (removed.rowCount === 1) return method;
  }
  const codes = await tx.query(`delete from backup_codes where set_id = $1 and user_id = $2`, [
    methodId,
    userId,
  ]);
  return (codes.rowCount ?? 0) > 0 ? 'backupCode' : undefined;
}

/** Removes every factor of a user, those being enrolled and the backup codes too; returns how many factors. */
export async function removeEveryFactor(tx: PoolClient, userId: string): Promise<number> {
  let removed = 0;
  for (const { table } of FACTOR_TABLES) {
    const result = await tx.query(`delete from ${table} where user_id = $1`, [userId]);
    removed += result.rowCount ?? 0;
  }
  await removeBackupCodes(tx, userId);
  return removed;
}

/**
 * Whether the user has to be able to prove a factor: whoever has a password of ours can sign in at the portals, which
 * always ask; and an application of the user's organization with the policy `always` does too.
 */
export async function isFactorDemanded(db: Queryable, userId: string): Promise<boolean> {
  const result = await db.query(
    `select 1 from users u where u.id = $1 and (u.password_hash is not null or exists (
       select 1 from applications a
       where a.organization_id = u.organization_id and a.active and a.mfa_policy = 'always'))`,
    [userId],
  );
  return result.rowCount === 1;
}
