/** Which second factors a user has: the one place where a table of factors is asked whether it counts. */
import type { EnrolledMethods } from '../domain/session';
import { firstRow, type Queryable } from './postgres';

/**
 * SQL: the methods of the user with this id as a `EnrolledMethods`, for a column of another query. `user` is SQL too
 * (`u.id`, `$1`), never input.
 */
export const enrolledMethods = (user: string): string =>
  `jsonb_build_object(
    'totp', exists (select 1 from totp_authenticators e where e.user_id = ${user} and e.state = 'active'),
    'push', false,
    'backupCode', exists (select 1 from backup_codes e where e.user_id = ${user} and e.used_at is null),
    'passkey', false)`;

/** The methods of a user; of nobody: none. */
export async function readEnrolledMethods(db: Queryable, userId: string): Promise<EnrolledMethods> {
  const row = firstRow(
    await db.query<{ methods: EnrolledMethods }>(`select ${enrolledMethods('$1')} as methods`, [userId]),
  );
  if (!row) throw new Error('methods query returned no row');
  return row.methods;
}
