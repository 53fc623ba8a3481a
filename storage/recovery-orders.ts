/** What administrators want of recovery cases: written by the API, carried out once by the case's workflow. */
import { MAX_RECOVERY_EXTENSIONS, RECOVERY_EXTENSION_SECONDS, type RecoveryOrder } from '../domain/recovery';
import { firstRow, type Queryable } from './postgres';
import { CASE_COLUMNS, type RecoveryCaseRow } from './recovery-cases';

/** Leaves an order for a case; false when it has ended. The same one again while it waits changes nothing. */
export async function insertRecoveryOrder(
  db: Queryable,
  order: { caseId: string; kind: RecoveryOrder; orderedBy: string },
): Promise<boolean> {
  const result = await db.query(
    `with open as (select id from recovery_cases where id = $1 and ended_at is null for share)
     insert into recovery_orders (case_id, kind, ordered_by) select id, $2, $3 from open
     on conflict (case_id, kind) where applied_at is null do update set kind = excluded.kind`,
    [order.caseId, order.kind, order.orderedBy],
  );
  return result.rowCount === 1;
}

/** Takes the oldest waiting order of a case: whoever takes it carries it out in the same transaction. */
export async function takeRecoveryOrder(
  db: Queryable,
  caseId: string,
): Promise<{ kind: RecoveryOrder; orderedBy: string } | undefined> {
  return firstRow(
    await db.query<{ kind: RecoveryOrder; orderedBy: string }>(
      `update recovery_orders set applied_at = now()
       where id = (select id from recovery_orders where case_id = $1 and applied_at is null
         order by id limit 1 for update skip locked)
       returning kind, ordered_by as "orderedBy"`,
      [caseId],
    ),
  );
}

/** Gives the step of an open case more time, from now or from its end; `undefined` when it has ended or had enough. */
export async function extendRecoveryCase(db: Queryable, id: string): Promise<RecoveryCaseRow | undefined> {
  return firstRow(
    await db.query<RecoveryCaseRow>(
      `update recovery_cases c set extensions = extensions + 1,
         step_expires_at = greatest(c.step_expires_at, clock_timestamp()) + make_interval(secs => $2)
       where c.id = $1 and c.ended_at is null and c.extensions < $3 returning ${CASE_COLUMNS}`,
      [id, RECOVERY_EXTENSION_SECONDS, MAX_RECOVERY_EXTENSIONS],
    ),
  );
}
