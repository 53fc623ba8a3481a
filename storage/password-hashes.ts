/** Password hashes of the embedded directory, by user. A change is a compare-and-set on the hash that was checked. */
import { firstRow, type Queryable } from './postgres';

export interface PasswordOwnerRow {
  readonly organizationId: string;
  readonly login: string;
  readonly email: string | null;
  /** Null for a user who signs in elsewhere. */
  readonly passwordHash: string | null;
}

/** What changing a password needs of its owner. */
export async function findPasswordOwner(
  db: Queryable,
  userId: string,
): Promise<PasswordOwnerRow | undefined> {
  return firstRow(
    await db.query<PasswordOwnerRow>(
      `select organization_id as "organizationId", login, email, password_hash as "passwordHash"
       from users where id = $1`,
      [userId],
    ),
  );
}

/**
 * Replaces the hash that was checked, for an active user whose session is still alive. Of racing changes one gets
 * true. The row stays locked until the end of the transaction, which `isPasswordHash` waits for.
 */
export async function replacePasswordHash(
  db: Queryable,
  change: { userId: string; sessionId: string; from: string; to: string },
): Promise<boolean> {
  const result = await db.query(
    `update users u set password_hash = $4
     where u.id = $1 and u.password_hash = $3 and u.status = 'active'
       and exists (select 1 from sessions s where s.id = $2 and s.user_id = u.id and session_is_live(s))`,
    [change.userId, change.sessionId, change.from, change.to],
  );
  return result.rowCount === 1;
}

/** Replaces the hash of an active user who proved the e-mail address; false when there is no such user. */
export async function recoverPasswordHash(
  db: Queryable,
  { userId, to }: { userId: string; to: string },
): Promise<boolean> {
  const result = await db.query(
    `update users set password_hash = $2 where id = $1 and status = 'active' and password_hash is not null`,
    [userId, to],
  );
  return result.rowCount === 1;
}

/** Replaces a hash by another one of the same password; false when it has changed meanwhile. */
export async function rehashPassword(
  db: Queryable,
  { userId, from, to }: { userId: string; from: string; to: string },
): Promise<boolean> {
  const result = await db.query(`update users set password_hash = $3 where id = $1 and password_hash = $2`, [
    userId,
    from,
    to,
  ]);
  return result.rowCount === 1;
}

/** Whether the hash is still the user's; waits for a change that is under way. */
export async function isPasswordHash(db: Queryable, userId: string, hash: string): Promise<boolean> {
  const result = await db.query(`select 1 from users where id = $1 and password_hash = $2 for share`, [
    userId,
    hash,
  ]);
  return result.rowCount === 1;
}
