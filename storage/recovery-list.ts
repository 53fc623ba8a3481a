/** Recovery cases as administrators see them, newest first. */
import type { Queryable } from './postgres';
import { CASE_COLUMNS, type RecoveryCaseRow } from './recovery-cases';

export interface RecoveryFilter {
  /** Undefined: all of them. */
  readonly organizationId: string | undefined;
  readonly userId?: string | undefined;
  readonly open?: boolean | undefined;
  /** Id of the last case of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of cases. */
export async function listRecoveryCases(db: Queryable, filter: RecoveryFilter): Promise<RecoveryCaseRow[]> {
  const result = await db.query<RecoveryCaseRow>(
    `select ${CASE_COLUMNS} from recovery_cases c
     where ($1::text is null or c.organization_id = $1) and ($2::text is null or c.user_id = $2)
       and ($3::boolean is null or (c.ended_at is null) = $3)
       and ($4::text is null or (c.created_at, c.id) < (select created_at, id from recovery_cases where id = $4))
     order by c.created_at desc, c.id desc limit $5`,
    [
      filter.organizationId ?? null,
      filter.userId ?? null,
      filter.open ?? null,
      filter.before ?? null,
      filter.limit,
    ],
  );
  return result.rows;
}
