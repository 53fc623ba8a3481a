/** Which second factors a user has: the one place where a table of factors is asked whether it counts. */
import { METHODS, type EnrolledMethods, type Method } from '../domain/session';
import { firstRow, type Queryable } from './postgres';

interface FactorTable {
  readonly method: Method;
  readonly table: string;
  /** Whether a user with nothing but a disabled one still has the method. */
  readonly disabledCounts?: true;
}

/** The tables that hold factors (`factors.ts` says what each has to have). Backup codes are none of them. */
export const FACTOR_TABLES: readonly FactorTable[] = [
  { method: 'totp', table: 'totp_authenticators' },
  { method: 'push', table: 'push_devices' },
  // A passkey is disabled because it may be copied, not because its owner may do without: he stays challenged.
  { method: 'passkey', table: 'passkeys', disabledCounts: true },
];

/** SQL: whether the user with this id has the method. */
function isEnrolled(method: Method, user: string): string {
  if (method === 'backupCode')
    return `exists (select 1 from backup_codes e where e.user_id = ${user} and e.used_at is null)`;
  const factor = FACTOR_TABLES.find((one) => one.method === method);
  if (factor === undefined) return 'false';
  const states = factor.disabledCounts ? `('active', 'disabled')` : `('active')`;
  return `exists (select 1 from ${factor.table} e where e.user_id = ${user} and e.state in ${states})`;
}

/**
 * SQL: the methods of the user with this id as a `EnrolledMethods`, for a column of another query. `user` is SQL too
 * (`u.id`, `$1`), never input.
 */
export const enrolledMethods = (user: string): string =>
  `jsonb_build_object(${METHODS.map((method) => `'${method}', ${isEnrolled(method, user)}`).join(', ')})`;

/** The methods of a user; of nobody: none. */
export async function readEnrolledMethods(db: Queryable, userId: string): Promise<EnrolledMethods> {
  const row = firstRow(
    await db.query<{ methods: EnrolledMethods }>(`select ${enrolledMethods('$1')} as methods`, [userId]),
  );
  if (!row) throw new Error('methods query returned no row');
  return row.methods;
}
