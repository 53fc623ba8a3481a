/**
 * Ending sessions before their time, each with its audit event in the caller's transaction. A session that has ended
 * stays ended; of racing statements each ends a session once.
 */
import type { SessionEndReason } from '../domain/session';
import { insertAuditEvents, type AuditRow } from './audit-events';
import type { PoolClient } from './postgres';
import { endRecoveriesWithAudit } from './recovery-ending';
import { endSessionWithAudit } from './session-ending';
import { dropEnrollments } from './user-changes';

interface EndedSession {
  readonly decisionId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly organizationId: string;
}

/** Of `update sessions s`: what the audit event needs. The session's id stays out of it, for the log follows the audit. */
const ENDED = `returning s.decision_id as "decisionId", s.user_id as "userId", s.client_id as "clientId",
  (select organization_id from sign_ins i where i.id = s.decision_id) as "organizationId"`;

async function end(
  tx: PoolClient,
  reason: SessionEndReason,
  { where, values }: { where: string; values: readonly unknown[] },
): Promise<AuditRow[]> {
  const { rows } = await tx.query<EndedSession>(
    `update sessions s set revoked_at = now(), revoked_reason = $1
     where s.id in (
       -- In one order, so that two who end the same sessions do not wait for each other.
       select s.id from sessions s where s.revoked_at is null and session_is_live(s) and ${where}
       order by s.id for update)
     ${ENDED}`,
    [reason, ...values],
  );
  return insertAuditEvents(
    tx,
    rows.map((row) => ({ ...row, type: 'session.ended', level: 'info', reason, terminal: false })),
  );
}

/** Ends sessions by id. */
export function endSessionsById(
  tx: PoolClient,
  sessionIds: readonly string[],
  reason: SessionEndReason,
): Promise<AuditRow[]> {
  return end(tx, reason, { where: 's.id = any($2)', values: [sessionIds] });
}

/**
 * Ends a session of a user; no rows when there is no live one with that id. The other sessions of the same session at
 * the caller go with it: signing out must not leave an older one for its token to fall back to.
 */
export function endOwnSession(
  tx: PoolClient,
  { userId, sessionId }: { userId: string; sessionId: string },
  reason: SessionEndReason,
): Promise<AuditRow[]> {
  const where = `s.user_id = $2 and exists (select 1 from sessions named
    where named.id = $3 and named.user_id = $2 and named.revoked_at is null
      and (s.id = named.id or (s.client_id = named.client_id and s.external_id = named.external_id)))`;
  return end(tx, reason, { where, values: [userId, sessionId] });
}

/** What ended with a user's sessions: events to log, and workflows that wait for an answer in vain. */
export interface EndedAccess {
  readonly audit: readonly AuditRow[];
  readonly workflowIds: readonly string[];
}

/**
 * Ends every session of a user, except at most one, every open challenge, enrolment and recovery: nothing begun before
 * is worth anything. Challenges go first: one that is being answered at this moment has then either lost, or opened a session
 * that the statement after it sees.
 */
export async function endAccess(
  tx: PoolClient,
  { userId, exceptSessionId }: { userId: string; exceptSessionId?: string | undefined },
  reason: SessionEndReason,
): Promise<EndedAccess> {
  const challenges = await endOpenChallenges(tx, userId);
  await dropEnrollments(tx, userId);
  const recoveries = await endRecoveriesWithAudit(tx, userId);
  const where = 's.user_id = $2 and s.id is distinct from $3';
  const ended = await end(tx, reason, { where, values: [userId, exceptSessionId ?? null] });
  return { audit: [...challenges.audit, ...recoveries, ...ended], workflowIds: challenges.workflowIds };
}

/** Cancels the open challenges of a user, each with its terminal event. */
export async function endOpenChallenges(tx: PoolClient, userId: string): Promise<EndedAccess> {
  const open = await tx.query<{ idHash: string; workflowId: string }>(
    `select m.id_hash as "idHash", i.workflow_id as "workflowId" from mfa_sessions m
     join sign_ins i on i.id = m.decision_id
     where m.user_id = $1 and m.state = 'pending' order by m.id_hash`,
    [userId],
  );
  const audit: AuditRow[] = [];
  const workflowIds: string[] = [];
  for (const { idHash: sessionIdHash, workflowId } of open.rows) {
    const rows = await endSessionWithAudit(tx, { sessionIdHash, state: 'cancelled', when: 'any-time' });
    if (!rows) continue;
    audit.push(...rows);
    workflowIds.push(workflowId);
  }
  return { audit, workflowIds };
}
