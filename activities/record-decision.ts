/**
 * Records the decision of a sign-in: one transaction keyed by the workflow id. Whoever comes second (a re-run after
 * a crash) gets the stored row; audit, session and profile are written only by the transaction that inserted it.
 */
import { activityInfo } from '@temporalio/activity';
import { decidedAnswer } from '../domain/decision-answer';
import type { SessionId } from '../domain/ids';
import { decide } from '../domain/policy/decide';
import type { Decision } from '../domain/policy/decision';
import { DEFAULT_POLICY_SETTINGS } from '../domain/policy/policy';
import { teachesProfile } from '../domain/policy/teaches-profile';
import type { Assessment } from '../domain/risk/assessment';
import type { SignInFacts } from '../domain/risk/facts';
import type { EnrolledMethods } from '../domain/session';
import { logAudit } from '../runtime/audit-log';
import { decisionIdOf, newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { openMfaSession } from '../storage/mfa-sessions';
import type { PoolClient } from '../storage/postgres';
import { supersedeWithAudit } from '../storage/session-ending';
import { insertSession } from '../storage/sessions';
import {
  findDecisionByWorkflow,
  insertDecision,
  readDecisionContext,
  type DecisionContextRow,
  type NewDecision,
  type SignInState,
  type StoredDecision,
} from '../storage/sign-ins';
import type { DecisionAnswer, SignInInput } from '../workflows/messages';
import { answerFrom } from './decision-answer';
import { decisionEvents } from './sign-in-events';
import type { ActivityDeps } from './deps';
import { learnFrom, learningIfPossible } from './learn-profile';
import type { PolicySnapshot } from './look-up-policy';

export interface RecordDecisionQuery {
  readonly input: SignInInput;
  readonly policy: PolicySnapshot | 'unreadable';
  readonly assessment: Assessment;
  /** The assessment under default settings, when the application's differ: only that one may teach. */
  readonly baseline?: Assessment;
  readonly facts: SignInFacts | null;
}

export type RecordDecisionResult = DecisionAnswer | { readonly kind: 'policy_changed' };

interface Recorded {
  readonly result: RecordDecisionResult;
  readonly audit: readonly AuditRow[];
}

/** Makes the activity. Throws when Postgres does not take the decision; then nobody is let in. */
export function createRecordDecision(deps: ActivityDeps) {
  return async function recordDecision(query: RecordDecisionQuery): Promise<RecordDecisionResult> {
    const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
    const { result, audit } = await recordOnce(deps, workflowId, query);
    logAudit(deps.logger, audit);
    return result;
  };
}

async function recordOnce(
  deps: ActivityDeps,
  workflowId: string,
  query: RecordDecisionQuery,
): Promise<Recorded> {
  const { pool } = deps;
  const recorded = await learningIfPossible(deps, (tx, { learns }) =>
    record(tx, { workflowId, query, learns }),
  );
  if (recorded) return recorded;
  // Another run of this activity was first: its row rules.
  const stored = await findDecisionByWorkflow(pool, workflowId);
  if (!stored) throw new Error('stored decision is missing');
  return { result: await answerFrom(pool, stored), audit: [] };
}

/** `undefined` when the workflow has a stored decision already. */
async function record(
  tx: PoolClient,
  { workflowId, query, learns }: { workflowId: string; query: RecordDecisionQuery; learns: boolean },
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
  const decision = decideFrom(query, context);
  const stored = await insertDecision(tx, newDecision(workflowId, query, { context, decision }));
  if (!stored) return undefined;

  const expiresAt = stored.state === 'challenged' ? await openChallenge(tx, query, stored) : undefined;
  const superseded = stored.state === 'challenged' ? await supersedeWithAudit(tx, stored.userId) : [];
  if (stored.sessionId !== null) await openSession(tx, stored);
  if (learns) await learnIfTaught(tx, query, { stored, decision });
  const audit = [...(await insertAuditEvents(tx, decisionEvents(stored, decision))), ...superseded];
  return { result: decidedAnswer(stored, expiresAt) ?? { kind: 'abandoned' }, audit };
}

/** Poisoning: only what default `smart` would have let through teaches the profile. */
async function learnIfTaught(
  tx: PoolClient,
  { input, facts, baseline, assessment }: RecordDecisionQuery,
  { stored, decision }: { stored: StoredDecision; decision: Decision },
): Promise<void> {
  if (stored.state !== 'allowed' || !facts || !teachesProfile(decision, baseline ?? assessment)) return;
  await learnFrom(tx, { userId: input.userId, facts, mfa: false });
}

function decideFrom(
  { input, policy, assessment, facts }: RecordDecisionQuery,
  context: DecisionContextRow,
): Decision {
  const readable = policy !== 'unreadable';
  return decide({
    clientId: input.clientId,
    policy: readable ? context.mfaPolicy : 'unreadable',
    settings: readable ? policy.settings : DEFAULT_POLICY_SETTINGS,
    account: { userActive: context.userActive, organizationActive: context.organizationActive },
    assessment,
    methodsEnrolled: context.totp,
    deviceKnown: isDeviceKnown(assessment, facts),
  });
}

/** A device counts as known when the assessment saw it in the profile and its token was presented. */
function isDeviceKnown(assessment: Assessment, facts: SignInFacts | null): boolean {
  if (assessment.kind !== 'scored' || facts?.deviceTrust.kind !== 'held') return false;
  return !assessment.signals.some(({ code }) => code === 'new_device' || code === 'first_sign_in');
}

function newDecision(
  workflowId: string,
  { input, assessment, facts }: RecordDecisionQuery,
  { context, decision }: { context: DecisionContextRow; decision: Decision },
): NewDecision {
  return {
    id: decisionIdOf(input.sessionIdHash),
    workflowId,
    userId: input.userId,
    clientId: input.clientId,
    organizationId: context.organizationId,
    policy: decision.policy,
    policyVersion: context.version,
    outcome: decision.outcome,
    reason: decision.reason,
    riskScore: decision.riskScore,
    assessment,
    facts,
    enrollment: decision.enrollment,
    methods: enrolled(context),
    firstFactor: input.firstFactor,
    sessionIdHash: input.sessionIdHash,
    sessionId: decision.outcome === 'allow' ? newId<SessionId>('ses') : null,
    externalSessionId: input.externalSessionId ?? null,
    state: stateOf(decision),
  };
}

function enrolled(context: DecisionContextRow): EnrolledMethods {
  return { totp: context.totp, push: false, backupCode: false, passkey: false };
}

function stateOf(decision: Decision): SignInState {
  if (decision.outcome === 'allow') return 'allowed';
  if (decision.outcome === 'block') return 'blocked';
  return decision.enrollment === 'none' ? 'challenged' : 'refused';
}

async function openChallenge(tx: PoolClient, { input, facts }: RecordDecisionQuery, stored: StoredDecision) {
  const trusted =
    facts?.deviceTrust.kind === 'held' && facts.deviceTrust.trustedUntil > stored.createdAt.getTime();
  return openMfaSession(tx, {
    idHash: stored.sessionIdHash,
    purpose: 'sign-in',
    userId: input.userId,
    clientId: input.clientId,
    decisionId: stored.id,
    lane: trusted ? 'trusted' : 'untrusted',
  });
}

function openSession(tx: PoolClient, stored: StoredDecision): Promise<void> {
  return insertSession(tx, {
    id: stored.sessionId as SessionId,
    userId: stored.userId,
    clientId: stored.clientId,
    externalId: stored.externalSessionId ?? undefined,
    decisionId: stored.id,
  });
}
