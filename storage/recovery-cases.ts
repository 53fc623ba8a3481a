/**
 * Cases of account recovery. Every move is one statement that finds the case in the state it leaves, in time by the
 * database's clock; of racing statements one succeeds.
 */
import { RECOVERY_CODE_SECONDS, type RecoveryEnd, type RecoveryState } from '../domain/recovery';
import { firstRow, type Queryable } from './postgres';

export interface RecoveryCaseRow {
  readonly id: string;
  readonly userId: string | null;
  readonly organizationId: string;
  readonly clientId: string;
  readonly decisionId: string | null;
  readonly deviceKey: string | null;
  readonly state: RecoveryState;
  readonly codeKeyId: string | null;
  readonly attempts: number;
  readonly extensions: number;
  readonly confirmedBy: string | null;
  readonly createdAt: Date;
  readonly stepExpiresAt: Date;
  /** Milliseconds to the end of the step by the database's clock; negative afterwards. */
  readonly remainingMs: number;
}

export const CASE_COLUMNS = `c.id, c.user_id as "userId", c.organization_id as "organizationId", c.client_id as "clientId",
  c.decision_id as "decisionId", c.device_key as "deviceKey", c.state, c.code_key_id as "codeKeyId", c.attempts,
  c.extensions, c.confirmed_by as "confirmedBy", c.created_at as "createdAt", c.step_expires_at as "stepExpiresAt",
  (extract(epoch from c.step_expires_at - clock_timestamp()) * 1000)::float8 as "remainingMs"`;

/** An order to refuse stands as soon as it is written, whether or not the workflow has heard of it. */
export const NOT_REFUSED = (table: string) =>
  `not exists (select 1 from recovery_orders o where o.case_id = ${table}.id and o.kind = 'refuse' and o.applied_at is null)`;

export interface NewRecoveryCase {
  readonly id: string;
  readonly secretHash: string;
  readonly userId: string | null;
  readonly organizationId: string;
  readonly clientId: string;
  readonly ipKey: string | null;
  readonly decisionId: string | null;
  readonly deviceKey: string | null;
}

/** Opens a case. */
export async function insertRecoveryCase(db: Queryable, recovery: NewRecoveryCase): Promise<void> {
  await db.query(
    `insert into recovery_cases
       (id, secret_hash, user_id, organization_id, client_id, decision_id, device_key, ip_key, step_expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`,
    [
      recovery.id,
      recovery.secretHash,
      recovery.userId,
      recovery.organizationId,
      recovery.clientId,
      recovery.decisionId,
      recovery.deviceKey,
      recovery.ipKey,
      RECOVERY_CODE_SECONDS,
    ],
  );
}

/** The case of a holder's secret, or of an id. */
export async function findRecoveryCase(
  db: Queryable,
  by: { secretHash: string } | { id: string },
): Promise<RecoveryCaseRow | undefined> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['secret_hash', by.secretHash];
  return firstRow(
    await db.query<RecoveryCaseRow>(`select ${CASE_COLUMNS} from recovery_cases c where c.${column} = $1`, [
      value,
    ]),
  );
}

/** Leaves the hash of the new password in a confirmed case; false when it is not at this step. */
export async function storeNewPassword(
  db: Queryable,
  { id, hash }: { id: string; hash: string },
): Promise<boolean> {
  const result = await db.query(
    `update recovery_cases set new_password_hash = $2
     where id = $1 and state = 'confirmed' and clock_timestamp() < step_expires_at`,
    [id, hash],
  );
  return result.rowCount === 1;
}

/** Takes the stored hash out and completes the case; `undefined` when it is not at this step. */
export async function takeNewPassword(
  db: Queryable,
  id: string,
): Promise<(RecoveryCaseRow & { hash: string }) | undefined> {
  return firstRow(
    await db.query<RecoveryCaseRow & { hash: string }>(
      `with taken as (select id, new_password_hash as hash from recovery_cases where id = $1 for update)
       update recovery_cases c set state = 'completed', ended_at = now(), new_password_hash = null, code_digest = null
       from taken t
       where c.id = t.id and c.state = 'confirmed' and t.hash is not null and clock_timestamp() < c.step_expires_at
         and ${NOT_REFUSED('c')}
       returning ${CASE_COLUMNS}, t.hash`,
      [id],
    ),
  );
}

/** Ends an open case; `undefined` when it had ended, or is not overdue although only an overdue one was to end. */
export async function endRecoveryCase(
  db: Queryable,
  end: { id: string; state: Exclude<RecoveryEnd, 'completed'>; when: 'overdue' | 'any-time' },
): Promise<RecoveryCaseRow | undefined> {
  const condition = end.when === 'overdue' ? 'clock_timestamp() >= c.step_expires_at' : 'true';
  return firstRow(
    await db.query<RecoveryCaseRow>(
      `update recovery_cases c set state = $2, ended_at = now(), code_digest = null, new_password_hash = null
       where c.id = $1 and c.ended_at is null and ${condition} returning ${CASE_COLUMNS}`,
      [end.id, end.state],
    ),
  );
}

/** Open cases whose step ended at least `graceSeconds` ago: their workflow was lost. */
export async function findOverdueCases(
  db: Queryable,
  graceSeconds: number,
  limit: number,
): Promise<string[]> {
  const result = await db.query<{ id: string }>(
    `select id from recovery_cases
     where ended_at is null and step_expires_at < clock_timestamp() - make_interval(secs => $1)
     order by step_expires_at limit $2`,
    [graceSeconds, limit],
  );
  return result.rows.map(({ id }) => id);
}
