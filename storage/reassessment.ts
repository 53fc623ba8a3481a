/** The sessions of an application as a changed policy finds them, one batch at a time, under their row locks. */
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import type { EnrolledMethods } from '../domain/session';
import { enrolledMethods } from './enrolled-methods';
import type { PoolClient } from './postgres';

export interface SessionToReassess {
  readonly id: string;
  readonly decisionId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly assessment: Assessment;
  readonly facts: SignInFacts | null;
  readonly userActive: boolean;
  readonly methods: EnrolledMethods;
  /** MFA was proven in it. */
  readonly proven: boolean;
}

/** A part of an application's sessions, so that several batches can be under way. */
export interface SessionShare {
  readonly clientId: string;
  /** Sessions judged under an older version than this. */
  readonly version: number;
  readonly lane: number;
  readonly lanes: number;
  readonly limit: number;
}

/** Locks the next live sessions that have not been judged under the current version. */
export async function lockSessionsToReassess(
  tx: PoolClient,
  { clientId, version, lane, lanes, limit }: SessionShare,
): Promise<SessionToReassess[]> {
  const result = await tx.query<SessionToReassess>(
    `select s.id, s.decision_id as "decisionId", s.user_id as "userId", i.organization_id as "organizationId",
       i.assessment, i.facts, u.status = 'active' as "userActive",
       ${enrolledMethods('u.id')} as methods,
       exists (select 1 from proofs p where p.session_id = s.id) as proven
     from sessions s join sign_ins i on i.id = s.decision_id join users u on u.id = s.user_id
     where s.client_id = $1 and s.policy_version < $2 and session_is_live(s)
       -- For the index: an application has many more past sessions than live ones.
       and s.revoked_at is null and s.expires_at > now()
       and mod(abs(hashtext(s.id)::bigint), $3) = $4
     limit $5 for update of s`,
    [clientId, version, lanes, lane, limit],
  );
  return result.rows;
}

/** Marks sessions as judged, with the limits that hold now; those in `stepUpIds` owe fresh proof. */
export async function markReassessed(
  tx: PoolClient,
  judged: {
    ids: readonly string[];
    stepUpIds: readonly string[];
    version: number;
    maxSeconds: number;
    idleSeconds: number;
  },
): Promise<void> {
  await tx.query(
    `update sessions set policy_version = $2, expires_at = created_at + make_interval(secs => $3),
       idle_seconds = case when idle_seconds is not null then $4::int end,
       step_up_after = case when id = any($5) then now() else step_up_after end
     where id = any($1)`,
    [judged.ids, judged.version, judged.maxSeconds, judged.idleSeconds, judged.stepUpIds],
  );
}
