/** The recorded decisions as administrators read them: of one organization or, for a platform administrator, of all. */
import { firstRow, type Queryable } from './postgres';
import { DECISION_COLUMNS, type StoredDecision } from './sign-ins';

/** A decision by id, of any organization when none is named. */
export async function findDecision(
  db: Queryable,
  id: string,
  organizationId: string | undefined,
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      `select ${DECISION_COLUMNS} from sign_ins where id = $1 and ($2::text is null or organization_id = $2)`,
      [id, organizationId ?? null],
    ),
  );
}

export interface DecisionFilter {
  /** Of all organizations when none is named. */
  readonly organizationId: string | undefined;
  readonly outcome?: string | undefined;
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Id of the last decision of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of decisions, newest first. */
export async function listDecisions(db: Queryable, filter: DecisionFilter): Promise<StoredDecision[]> {
  const result = await db.query<StoredDecision>(
    `select ${DECISION_COLUMNS} from sign_ins
     where ($1::text is null or organization_id = $1)
       and ($2::text is null or outcome = $2) and ($3::text is null or user_id = $3)
       and ($4::text is null or client_id = $4)
       and ($5::timestamptz is null or created_at >= $5) and ($6::timestamptz is null or created_at < $6)
       and ($7::text is null or (created_at, id) < (select created_at, id from sign_ins where id = $7))
     order by created_at desc, id desc limit $8`,
    [
      filter.organizationId ?? null,
      filter.outcome ?? null,
      filter.userId ?? null,
      filter.clientId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.before ?? null,
      filter.limit,
    ],
  );
  return result.rows;
}
