/**
 * Recording a decision, of a sign-in or a step-up: one transaction keyed by the workflow id. Whoever comes second (a
 * re-run after a crash) gets the stored row; audit, session and profile are written only by the transaction that
 * inserted it.
 */
import { activityInfo } from '@temporalio/activity';
import type { AuditEvent } from '../domain/audit-event';
import { decidedAnswer } from '../domain/decision-answer';
import type { Decision } from '../domain/policy/decision';
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import { logAudit } from '../runtime/audit-log';
import { decisionIdOf } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { openMfaSession } from '../storage/mfa-sessions';
import type { PoolClient } from '../storage/postgres';
import { supersedeWithAudit } from '../storage/session-ending';
import {
  findDecisionByWorkflow,
  insertDecision,
  readDecisionContext,
  type DecisionContextRow,
  type NewDecision,
  type StoredDecision,
} from '../storage/sign-ins';
import type { DecisionAnswer, RiskSubject } from '../workflows/messages';
import { answerFrom } from './decision-answer';
import type { ActivityDeps } from './deps';
import { learningIfPossible } from './learn-profile';
import type { PolicySnapshot } from './look-up-policy';

/** What a decision is made of, as the workflow hands it over. */
export interface RecordQuery<Input extends RiskSubject> {
  readonly input: Input;
  readonly policy: PolicySnapshot | 'unreadable';
  readonly assessment: Assessment;
  /** The assessment under default settings, when the application's differ: only that one may teach. */
  readonly baseline?: Assessment;
  readonly facts: SignInFacts | null;
}

export type RecordResult = DecisionAnswer | { readonly kind: 'policy_changed' };

/** The part of a stored row that sign-in and step-up fill in differently. */
export type OwnColumns = Pick<
  NewDecision,
  | 'purpose'
  | 'state'
  | 'sessionId'
  | 'externalSessionId'
  | 'firstFactor'
  | 'issuesToken'
  | 'action'
  | 'transactionHash'
  | 'subjectSessionId'
  | 'shadow'
>;

/** What differs between recording a sign-in and a step-up. */
export interface Recording<Input extends RiskSubject> {
  decide(tx: PoolClient, query: RecordQuery<Input>, context: DecisionContextRow): Promise<Decision>;
  columns(query: RecordQuery<Input>, decision: Decision, context: DecisionContextRow): OwnColumns;
  events(stored: StoredDecision, decision: Decision): readonly AuditEvent[];
  /** Further writes of the inserting transaction. */
  follow(tx: PoolClient, made: Made<Input>): Promise<void>;
}

export interface Made<Input extends RiskSubject> {
  readonly query: RecordQuery<Input>;
  readonly stored: StoredDecision;
  readonly decision: Decision;
  readonly learns: boolean;
}

interface Recorded {
  readonly result: RecordResult;
  readonly audit: readonly AuditRow[];
}

/** Makes the activity. It throws when Postgres does not take the decision; then nobody is let in. */
export function createRecorder<Input extends RiskSubject>(deps: ActivityDeps, recording: Recording<Input>) {
  return async (query: RecordQuery<Input>): Promise<RecordResult> => {
    const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
    const recorded = await learningIfPossible(deps, (tx, { learns }) =>
      record(tx, recording, { workflowId, query, learns }),
    ).catch(abandonedIfTooLate);
    if (recorded) logAudit(deps.logger, recorded.audit);
    const result = recorded?.result ?? (await storedAnswer(deps, workflowId));
    if (result.kind === 'decided') deps.commits.decisions.announce(workflowId, result);
    return result;
  };
}

/** The transaction waited for others until nobody waited for it any more; nothing of it took effect. */
class TooLate extends Error {}

function abandonedIfTooLate(error: unknown): Recorded {
  if (!(error instanceof TooLate)) throw error;
  return { result: { kind: 'abandoned' }, audit: [] };
}

/** Another run of this activity was first: its row rules. */
async function storedAnswer({ pool }: ActivityDeps, workflowId: string): Promise<DecisionAnswer> {
  const stored = await findDecisionByWorkflow(pool, workflowId);
  if (!stored) throw new Error('stored decision is missing');
  return answerFrom(pool, stored);
}

/** `undefined` when the workflow has a stored decision already. */
async function record<Input extends RiskSubject>(
  tx: PoolClient,
  recording: Recording<Input>,
  { workflowId, query, learns }: { workflowId: string; query: RecordQuery<Input>; learns: boolean },
): Promise<Recorded | undefined> {
  const { input, policy } = query;
  const context = await readDecisionContext(tx, input);
  if (!context) throw new Error('user or application is gone');
  if (context.late) {
    const stored = await findDecisionByWorkflow(tx, workflowId);
    return stored ? undefined : { result: { kind: 'abandoned' }, audit: [] };
  }
  // The policy was read earlier; if it was edited since, everything that depends on it is done again.
  if (policy !== 'unreadable' && policy.version !== context.version) {
    return { result: { kind: 'policy_changed' }, audit: [] };
  }
  const decision = await recording.decide(tx, query, context);
  const own = recording.columns(query, decision, context);
  const stored = await insertDecision(tx, { ...newRow(workflowId, query, { context, decision }), ...own });
  if (!stored) return undefined;
  const isChallenged = stored.state === 'challenged';
  const expiresAt = isChallenged ? await openChallenge(tx, query.facts, stored) : undefined;
  const superseded = isChallenged ? await supersedeWithAudit(tx, stored.userId) : [];
  await recording.follow(tx, { query, stored, decision, learns });
  // The last write looks at the clock once more.
  const events = await insertAuditEvents(tx, recording.events(stored, decision), input.answerBy);
  if (events.length === 0) throw new TooLate();
  return {
    result: decidedAnswer(stored, expiresAt) ?? { kind: 'abandoned' },
    audit: [...events, ...superseded],
  };
}

function newRow<Input extends RiskSubject>(
  workflowId: string,
  { input, assessment, facts }: RecordQuery<Input>,
  { context, decision }: { context: DecisionContextRow; decision: Decision },
): Omit<NewDecision, keyof OwnColumns> {
  const { outcome, policy, reason, riskScore, enrollment } = decision;
  return {
    id: decisionIdOf(input.sessionIdHash),
    workflowId,
    userId: input.userId,
    clientId: input.clientId,
    organizationId: context.organizationId,
    policyVersion: context.version,
    methods: context.methods,
    sessionIdHash: input.sessionIdHash,
    outcome,
    policy,
    reason,
    riskScore,
    enrollment,
    assessment,
    facts,
  };
}

async function openChallenge(
  tx: PoolClient,
  facts: SignInFacts | null,
  stored: StoredDecision,
): Promise<number> {
  const isTrusted =
    facts?.deviceTrust.kind === 'held' && facts.deviceTrust.trustedUntil > stored.createdAt.getTime();
  return openMfaSession(tx, {
    idHash: stored.sessionIdHash,
    purpose: stored.purpose,
    userId: stored.userId,
    clientId: stored.clientId,
    decisionId: stored.id,
    lane: isTrusted ? 'trusted' : 'untrusted',
  });
}
