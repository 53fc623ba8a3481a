/** Records the decision of a sign-in (`recording.ts`), with the session that an allowed one opens. */
import type { SessionId } from '../domain/ids';
import { decide, type DecideInput } from '../domain/policy/decide';
import type { Decision } from '../domain/policy/decision';
import { DEFAULT_POLICY_SETTINGS } from '../domain/policy/policy';
import { shadowOf } from '../domain/policy/shadow';
import { teachingOf } from '../domain/policy/teaches-profile';
import { isDeviceKnown } from '../domain/risk/is-device-known';
import { hasAnyMethod } from '../domain/session';
import { newId } from '../runtime/random-ids';
import type { PoolClient } from '../storage/postgres';
import type { DecisionContextRow, SignInState } from '../storage/sign-ins';
import type { SignInInput } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import { learnFrom } from './learn-profile';
import { openSession } from './open-session';
import { createRecorder, type Made, type OwnColumns, type RecordQuery, type RecordResult } from './recording';
import { decisionEvents } from './sign-in-events';
import { tellOfNewDevice } from './tell-of-new-device';

export type RecordDecisionQuery = RecordQuery<SignInInput>;
export type RecordDecisionResult = RecordResult;

/** Makes the activity. */
export function createRecordDecision(deps: ActivityDeps) {
  const record = createRecorder<SignInInput>(deps, {
    decide: (_tx, query, context) => Promise.resolve(decide(decideInput(query, context))),
    columns,
    events: decisionEvents,
    follow: (tx, made) => follow(deps, tx, made),
  });
  return function recordDecision(query: RecordDecisionQuery): Promise<RecordDecisionResult> {
    return record(query);
  };
}

function decideInput(
  { input, policy, assessment, facts }: RecordDecisionQuery,
  context: DecisionContextRow,
): DecideInput {
  const readable = policy !== 'unreadable';
  return {
    clientId: input.clientId,
    policy: readable ? context.mfaPolicy : 'unreadable',
    settings: readable ? policy.settings : DEFAULT_POLICY_SETTINGS,
    account: { userActive: context.userActive, organizationActive: context.organizationActive },
    assessment,
    methodsEnrolled: hasAnyMethod(context.methods),
    deviceKnown: isDeviceKnown(assessment, facts),
    blockWaived: context.blockWaived,
  };
}

function columns(query: RecordDecisionQuery, decision: Decision, context: DecisionContextRow): OwnColumns {
  const { input } = query;
  return {
    purpose: 'sign-in',
    state: stateOf(decision),
    sessionId: decision.outcome === 'allow' ? newId<SessionId>('ses') : null,
    externalSessionId: input.externalSessionId ?? null,
    firstFactor: input.firstFactor,
    issuesToken: input.issuesToken ?? false,
    action: null,
    transactionHash: null,
    subjectSessionId: null,
    shadow: shadowOf(decideInput(query, context)),
  };
}

function stateOf(decision: Decision): SignInState {
  if (decision.outcome === 'allow') return 'allowed';
  if (decision.outcome === 'block') return 'blocked';
  return decision.enrollment === 'none' ? 'challenged' : 'refused';
}

/** Opens the session of an allowed sign-in, and lets it teach. */
async function follow(
  deps: ActivityDeps,
  tx: PoolClient,
  { query, stored, decision, learns }: Made<SignInInput>,
): Promise<void> {
  const { facts, baseline, assessment, policy } = query;
  if (stored.sessionId !== null) {
    const sessionId = stored.sessionId as SessionId;
    const settings = policy === 'unreadable' ? policy : policy.settings;
    await openSession(tx, { signIn: stored, sessionId, settings, policyVersion: stored.policyVersion ?? 0 });
  }
  if (stored.state === 'allowed') await tellOfNewDevice(tx, deps, stored);
  if (!learns || stored.state !== 'allowed' || !facts) return;
  const teaching = teachingOf(decision, baseline ?? assessment);
  if (teaching === 'nothing') return;
  await learnFrom(tx, {
    userId: stored.userId,
    facts,
    mfa: false,
    whereaboutsOnly: teaching === 'whereabouts',
  });
}
