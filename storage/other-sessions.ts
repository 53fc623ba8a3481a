/** Ends what else is open for a user when one of the sessions changed how the user signs in. */
import type { AuditRow } from './audit-events';
import type { PoolClient } from './postgres';
import { endSessionWithAudit } from './session-ending';

/** An ended challenge; its workflow is to be told after the commit. */
export interface EndedChallenge {
  readonly idHash: string;
  readonly purpose: 'sign-in' | 'step-up';
}

export interface EndedSessions {
  readonly sessions: number;
  readonly challenges: readonly EndedChallenge[];
  /** To be logged after the commit. */
  readonly audit: readonly AuditRow[];
}

/**
 * Ends the user's open challenges, enrolments and sessions, all but one session. Challenges go first: one that is being
 * answered at this moment has then either lost, or opened a session that the statement after it sees.
 */
export async function endOtherSessions(
  tx: PoolClient,
  { userId, exceptSessionId }: { userId: string; exceptSessionId: string },
): Promise<EndedSessions> {
  const { challenges, audit } = await endChallenges(tx, userId);
  await tx.query(`delete from enrollment_sessions where user_id = $1`, [userId]);
  const revoked = await tx.query(
    `update sessions set revoked_at = now() where user_id = $1 and id <> $2 and revoked_at is null`,
    [userId, exceptSessionId],
  );
  return { sessions: revoked.rowCount ?? 0, challenges, audit };
}

async function endChallenges(tx: PoolClient, userId: string) {
  const open = await tx.query<EndedChallenge>(
    `select id_hash as "idHash", purpose from mfa_sessions where user_id = $1 and state = 'pending'
     order by created_at, id_hash`,
    [userId],
  );
  const challenges: EndedChallenge[] = [];
  const audit: AuditRow[] = [];
  for (const challenge of open.rows) {
    const end = { sessionIdHash: challenge.idHash, state: 'cancelled', when: 'any-time' } as const;
    const rows = await endSessionWithAudit(tx, end);
    if (!rows) continue;
    challenges.push(challenge);
    audit.push(...rows);
  }
  return { challenges, audit };
}
