/** The recorded decisions as administrators read them: within one organization, newest first. */
import { firstRow, type Queryable } from './postgres';
import { DECISION_COLUMNS, type StoredDecision } from './sign-ins';

/** A decision by id within an organization. */
export async function findDecision(
  db: Queryable,
  id: string,
  organizationId: string,
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      `select ${DECISION_COLUMNS} from sign_ins where id = $1 and organization_id = $2`,
      [id, organizationId],
    ),
  );
}

export interface DecisionFilter {
  readonly organizationId: string;
  readonly outcome?: string | undefined;
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Id of the last decision of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of an organization's decisions, newest first. */
export async function listDecisions(db: Queryable, filter: DecisionFilter): Promise<StoredDecision[]> {
  const result = await db.query<StoredDecision>(
    `select ${DECISION_COLUMNS} from sign_ins
     where organization_id = $1
       and ($2::text is null or outcome = $2) and ($3::text is null or user_id = $3)
       and ($4::text is null or client_id = $4)
       and ($5::timestamptz is null or created_at >= $5) and ($6::timestamptz is null or created_at < $6)
       and ($7::text is null or (created_at, id) < (select created_at, id from sign_ins where id = $7))
     order by created_at desc, id desc limit $8`,
    [
      filter.organizationId,
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
