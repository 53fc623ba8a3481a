/** Rows of attempts that nobody waits for any more: they keep a late decision from taking effect. */
import { firstRow, type Queryable } from './postgres';
import { DECISION_COLUMNS, type StoredDecision } from './sign-ins';

/**
 * Reserves a workflow's row for an attempt that nobody waits for any more, so that a decision still under way finds
 * it taken. False when a decision is stored already, or user or application are gone.
 */
export async function insertAbandoned(
  db: Queryable,
  attempt: {
    id: string;
    workflowId: string;
    sessionIdHash: string;
    clientId: string;
    userId: string;
    purpose: 'sign-in' | 'step-up';
    action?: string;
    subjectSessionId?: string;
  },
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      `insert into sign_ins (id, workflow_id, session_id_hash, client_id, user_id, organization_id, policy,
         outcome, reason, assessment, enrollment, state, purpose, action, subject_session_id, ended_at)
       select $1, $2, $3, a.client_id, u.id, u.organization_id, a.mfa_policy,
         'none', 'abandoned', '{"kind":"unavailable"}', 'none', 'abandoned', $6, $7, $8, now()
       from applications a, users u where a.client_id = $4 and u.id = $5
       on conflict (workflow_id) do nothing
       returning ${DECISION_COLUMNS}`,
      [
        attempt.id,
        attempt.workflowId,
        attempt.sessionIdHash,
        attempt.clientId,
        attempt.userId,
        attempt.purpose,
        attempt.action ?? null,
        attempt.subjectSessionId ?? null,
      ],
    ),
  );
}
