/**
 * The recorded decisions: one row a sign-in, keyed by its workflow id. The stored row rules: whoever inserts second
 * reads what the first one stored.
 */
import type { Decision } from '../domain/policy/decision';
import type { ShadowDecision } from '../domain/policy/shadow';
import type { MfaPolicy } from '../domain/policy/policy';
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import type { EnrolledMethods } from '../domain/session';
import { enrolledMethods } from './enrolled-methods';
import { firstRow, prepared, type Queryable } from './postgres';

/** `sign_ins.state`: where the attempt stands. All but `challenged` are final. */
export type SignInState =
  | 'allowed'
  | 'approved'
  | 'blocked'
  | 'challenged'
  | 'refused'
  | 'abandoned'
  | 'verified'
  | 'expired'
  | 'dead'
  | 'cancelled'
  | 'superseded';

/** What the decision is checked against inside its transaction. */
export interface DecisionContextRow {
  readonly version: number;
  readonly mfaPolicy: MfaPolicy;
  readonly settings: unknown;
  /** The user's: at a portal, whose users come from everywhere, not the application's. */
  readonly organizationId: string;
  readonly userActive: boolean;
  readonly organizationActive: boolean;
  readonly methods: EnrolledMethods;
  /** For this device, risk asks for MFA instead of blocking (`recovery_cases`). */
  readonly blockWaived: boolean;
  /** `answerBy` has passed: nobody waits for this decision any more. */
  readonly late: boolean;
}

/** Reads policy version, account state and enrolled methods at one instant; `undefined` when user or application is gone. */
export async function readDecisionContext(
  db: Queryable,
  query: { clientId: string; userId: string; answerBy: number; deviceKey?: string },
): Promise<DecisionContextRow | undefined> {
  return firstRow(
    await db.query<DecisionContextRow>(
      prepared(`select a.version, a.mfa_policy as "mfaPolicy", a.settings, u.organization_id as "organizationId",
         u.status = 'active' as "userActive",
         (not ao.suspended and not uo.suspended and a.active) as "organizationActive",
         ${enrolledMethods('u.id')} as methods,
         exists (select 1 from block_waivers w
           where w.user_id = u.id and w.device_key = $4 and clock_timestamp() < w.expires_at) as "blockWaived",
         clock_timestamp() >= to_timestamp($3::float8 / 1000) as late
       from applications a join organizations ao on ao.id = a.organization_id,
            users u join organizations uo on uo.id = u.organization_id
       where a.client_id = $1 and u.id = $2
       -- A user being disabled or losing his sessions right now: either he is first, or this sees it and ends with them.
       for share of u`),
      [query.clientId, query.userId, query.answerBy, query.deviceKey ?? null],
    ),
  );
}

export interface StoredDecision {
  readonly id: string;
  readonly workflowId: string;
  readonly createdAt: Date;
  readonly userId: string;
  readonly clientId: string;
  readonly organizationId: string;
  readonly policy: string;
  readonly policyVersion: number | null;
  /** `none` when nothing was decided in time. */
  readonly outcome: Decision['outcome'] | 'none';
  readonly reason: string;
  readonly riskScore: number | null;
  readonly assessment: Assessment;
  readonly facts: SignInFacts | null;
  readonly enrollment: Decision['enrollment'];
  readonly methods: EnrolledMethods;
  readonly firstFactor: string;
  readonly sessionIdHash: string;
  readonly sessionId: string | null;
  readonly externalSessionId: string | null;
  readonly state: SignInState;
  readonly endedAt: Date | null;
  readonly purpose: 'sign-in' | 'step-up';
  /** Of a step-up: what for, bound to which transaction, in which session. */
  readonly action: string | null;
  readonly transactionHash: string | null;
  readonly subjectSessionId: string | null;
  readonly issuesToken: boolean;
  /** What likelihood would have decided, where the application only records it. */
  readonly shadow: ShadowDecision | null;
}

/** The columns of `StoredDecision`. */
export const DECISION_COLUMNS = `id, workflow_id as "workflowId", created_at as "createdAt", user_id as "userId", client_id as "clientId",
  organization_id as "organizationId", policy, policy_version as "policyVersion", outcome, reason,
  risk_score as "riskScore", assessment, facts, enrollment, methods, first_factor as "firstFactor",
  session_id_hash as "sessionIdHash", session_id as "sessionId", external_session_id as "externalSessionId",
  state, ended_at as "endedAt", purpose, action, transaction_hash as "transactionHash",
  subject_session_id as "subjectSessionId", issues_token as "issuesToken", shadow`;

/** The fields that every audit event of a sign-in carries. */
export function eventBase(stored: StoredDecision) {
  const { organizationId, userId, clientId, policy, reason, riskScore } = stored;
  return { organizationId, userId, clientId, policy, reason, riskScore, decisionId: stored.id };
}

/** The decision of a workflow, or `undefined` when none was recorded. */
export async function findDecisionByWorkflow(
  db: Queryable,
  workflowId: string,
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      prepared(`select ${DECISION_COLUMNS} from sign_ins where workflow_id = $1`),
      [workflowId],
    ),
  );
}

/** A decision by id, for the workflow that made it. */
export async function findDecisionById(db: Queryable, id: string): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(prepared(`select ${DECISION_COLUMNS} from sign_ins where id = $1`), [id]),
  );
}

export type NewDecision = Omit<StoredDecision, 'createdAt' | 'endedAt'>;

/** Inserts the decision of a workflow; `undefined` when one is stored already (read that instead). */
export async function insertDecision(
  db: Queryable,
  decision: NewDecision,
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      prepared(`insert into sign_ins (id, workflow_id, user_id, client_id, organization_id, policy, policy_version, outcome,
         reason, risk_score, assessment, facts, enrollment, methods, first_factor, session_id_hash, session_id,
         external_session_id, state, purpose, action, transaction_hash, subject_session_id, issues_token, shadow, ended_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
         $20, $21, $22, $23, $24, $25,
         case when $19 <> 'challenged' then now() end)
       on conflict (workflow_id) do nothing
       returning ${DECISION_COLUMNS}`),
      valuesOf(decision),
    ),
  );
}

function valuesOf(decision: NewDecision): unknown[] {
  return [
    decision.id,
    decision.workflowId,
    decision.userId,
    decision.clientId,
    decision.organizationId,
    decision.policy,
    decision.policyVersion,
    decision.outcome,
    decision.reason,
    decision.riskScore,
    JSON.stringify(decision.assessment),
    decision.facts === null ? null : JSON.stringify(decision.facts),
    decision.enrollment,
    JSON.stringify(decision.methods),
    decision.firstFactor,
    decision.sessionIdHash,
    decision.sessionId,
    decision.externalSessionId,
    decision.state,
    decision.purpose,
    decision.action,
    decision.transactionHash,
    decision.subjectSessionId,
    decision.issuesToken,
    decision.shadow === null ? null : JSON.stringify(decision.shadow),
  ];
}

/** Ends a challenged sign-in. Returns the row, or `undefined` when it had ended before. */
export async function endSignIn(
  db: Queryable,
  end: { decisionId: string; state: SignInState; sessionId?: string | undefined },
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      prepared(`update sign_ins set state = $2, session_id = coalesce($3, session_id), ended_at = now()
       where id = $1 and state = 'challenged' returning ${DECISION_COLUMNS}`),
      [end.decisionId, end.state, end.sessionId ?? null],
    ),
  );
}
