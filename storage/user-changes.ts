/** Changes of users and of what belongs to them. All run in a transaction that holds the user's row (`lockUser`). */
import { firstRow, type PoolClient } from './postgres';
import { USER_COLUMNS, type UserRow } from './users';

/**
 * Locks a user's row for the rest of the transaction, so that what was checked about him still holds when he is
 * changed, and decisions on his sign-ins come before or after, never in between. `undefined` when there is none.
 */
export async function lockUser(tx: PoolClient, userId: string): Promise<UserRow | undefined> {
  return firstRow(
    await tx.query<UserRow>(`select ${USER_COLUMNS} from users u where u.id = $1 for update`, [userId]),
  );
}

export interface UserChange {
  readonly login: string;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly locale: string | null;
  /** The stored one stays when there is none. */
  readonly passwordHash: string | undefined;
}

/** Writes a user's fields. Throws a unique violation when login or external id is taken. */
export async function updateUser(tx: PoolClient, userId: string, change: UserChange): Promise<UserRow> {
  const row = firstRow(
    await tx.query<UserRow>(
      `update users u set login = $2, email = $3, external_id = $4, roles = $5, groups = $6,
         locale = $7, password_hash = coalesce($8, password_hash)
       where u.id = $1 returning ${USER_COLUMNS}`,
      [
        userId,
        change.login,
        change.email,
        change.externalId,
        change.roles,
        change.groups,
        change.locale,
        change.passwordHash ?? null,
      ],
    ),
  );
  if (!row) throw new Error('the user is gone');
  return row;
}

/** Lets a user in, or no more. */
export async function setUserStatus(
  tx: PoolClient,
  userId: string,
  status: UserRow['status'],
): Promise<void> {
  await tx.query(`update users set status = $2 where id = $1`, [userId, status]);
}

/** Deletes a user with everything that hangs on him; decisions and audit events stay. */
export async function deleteUser(tx: PoolClient, userId: string): Promise<void> {
  await tx.query(`delete from users where id = $1`, [userId]);
}

/** Forgets a user's wrong answers in both lanes: no delay any more, and a closed lane is open again. */
export async function clearGuards(tx: PoolClient, userId: string): Promise<void> {
  await tx.query(`delete from mfa_guards where user_id = $1`, [userId]);
}

/** Lets authenticators count again that were switched off; returns how many. */
export async function reactivateTotp(tx: PoolClient, userId: string): Promise<number> {
  const result = await tx.query(
    `update totp_authenticators set state = 'active' where user_id = $1 and state = 'disabled'`,
    [userId],
  );
  return result.rowCount ?? 0;
}

/** Ends enrolments under way: their proof of the address, or of having no method, does not hold any more. */
export async function dropEnrollments(tx: PoolClient, userId: string): Promise<void> {
  await tx.query(`delete from enrollment_sessions where user_id = $1`, [userId]);
  await tx.query(`delete from device_pairings where user_id = $1`, [userId]);
}
