/** The audit trail: INSERT only. A second terminal event of one attempt violates a unique index. */
import { AUDIT_MESSAGES, type AuditEvent } from '../domain/audit-event';
import { prepared, type Queryable } from './postgres';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly organizationId: string;
  readonly type: string;
  readonly message: string;
  readonly level: 'info' | 'warn';
  readonly userId: string | null;
  readonly clientId: string | null;
  readonly policy: string | null;
  readonly reason: string | null;
  readonly riskScore: number | null;
  readonly decisionId: string | null;
  readonly terminal: boolean;
  readonly details: Record<string, unknown>;
}

const COLUMNS = `id::text, at, organization_id as "organizationId", type, message, level, user_id as "userId",
  client_id as "clientId", policy, reason, risk_score as "riskScore", decision_id as "decisionId", terminal, details`;

/**
 * Writes events inside the caller's transaction and returns them as stored, for the log lines derived from them.
 * @param before epoch ms on the database's clock: from then on nothing is written, and none are returned
 */
export async function insertAuditEvents(
  db: Queryable,
  events: readonly AuditEvent[],
  before?: number,
): Promise<AuditRow[]> {
  if (events.length === 0) return [];
  const rows = events.map((event) => ({
    ...event,
    message: AUDIT_MESSAGES[event.type],
    details: event.details ?? {},
  }));
  const result = await db.query<AuditRow>(
    prepared(`insert into audit_events
       (organization_id, type, message, level, user_id, client_id, policy, reason, risk_score, decision_id, terminal, details)
     select "organizationId", type, message, level, "userId", "clientId", policy, reason, "riskScore", "decisionId", terminal, details
     from jsonb_to_recordset($1) as e ("organizationId" text, type text, message text, level text, "userId" text,
       "clientId" text, policy text, reason text, "riskScore" int, "decisionId" text, terminal boolean, details jsonb)
     where $2::float8 is null or clock_timestamp() < to_timestamp($2::float8 / 1000)
     returning ${COLUMNS}`),
    [JSON.stringify(rows), before ?? null],
  );
  return result.rows;
}

export interface AuditFilter {
  /** Of all organizations when none is named. */
  readonly organizationId: string | undefined;
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly type?: string | undefined;
  readonly decisionId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Id of the last event of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** One page of events, newest first. */
export async function listAuditEvents(db: Queryable, filter: AuditFilter): Promise<AuditRow[]> {
  const result = await db.query<AuditRow>(
    `select ${COLUMNS} from audit_events
     where ($1::text is null or organization_id = $1)
       and ($2::text is null or user_id = $2) and ($3::text is null or client_id = $3)
       and ($4::text is null or type = $4) and ($5::text is null or decision_id = $5)
       and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
       and ($8::bigint is null or id < $8)
     -- Not "order by id": that is the text in the select list, and '10' comes before '9'.
     order by audit_events.id desc limit $9`,
    [
      filter.organizationId ?? null,
      filter.userId ?? null,
      filter.clientId ?? null,
      filter.type ?? null,
      filter.decisionId ?? null,
      filter.from ?? null,
      filter.to ?? null,
      filter.before ?? null,
      filter.limit,
    ],
  );
  return result.rows;
}
