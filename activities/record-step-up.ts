/** Records the decision of a step-up (`recording.ts`), with the receipt that an approved one is worth. */
import type { AuditEvent, AuditType } from '../domain/audit-event';
import type { Decision } from '../domain/policy/decision';
import { hasAnyMethod } from '../domain/session';
import { decideStepUp } from '../domain/step-up/decide-step-up';
import type { PoolClient } from '../storage/postgres';
import {
  eventBase,
  type DecisionContextRow,
  type SignInState,
  type StoredDecision,
} from '../storage/sign-ins';
import { insertStepUpReceipt, readSessionProof } from '../storage/step-ups';
import type { StepUpInput } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import { createRecorder, type OwnColumns, type RecordQuery, type RecordResult } from './recording';

type Query = RecordQuery<StepUpInput>;

/** Makes the activity. The age of the proof is read in the recording transaction, by the database's clock. */
export function createRecordStepUp(deps: ActivityDeps) {
  const record = createRecorder<StepUpInput>(deps, {
    decide: decideFrom,
    columns,
    events,
    async follow(tx, { stored }) {
      if (stored.state === 'approved') await insertStepUpReceipt(tx, stored);
    },
  });
  return function recordStepUp(query: Query): Promise<RecordResult> {
    return record(query);
  };
}

async function decideFrom(tx: PoolClient, query: Query, context: DecisionContextRow): Promise<Decision> {
  const { input, policy, assessment } = query;
  const { userId, clientId, subjectSessionId: sessionId } = input;
  const session = await readSessionProof(tx, { userId, clientId, sessionId });
  return decideStepUp({
    clientId,
    settings: policy === 'unreadable' ? 'unreadable' : policy.settings,
    account: {
      userActive: context.userActive,
      organizationActive: context.organizationActive,
      sessionLive: session !== undefined,
    },
    assessment,
    methodsEnrolled: hasAnyMethod(context.methods),
    proofAgeSeconds: session?.proofAgeSeconds ?? null,
    maxAgeSeconds: input.maxAgeSeconds,
    hasTransaction: input.transactionHash !== undefined,
  });
}

function columns({ input }: Query, decision: Decision): OwnColumns {
  return {
    purpose: 'step-up',
    state: stateOf(decision),
    sessionId: null,
    externalSessionId: null,
    firstFactor: 'password',
    issuesToken: false,
    action: input.action,
    transactionHash: input.transactionHash ?? null,
    subjectSessionId: input.subjectSessionId,
    shadow: null,
  };
}

function stateOf(decision: Decision): SignInState {
  if (decision.outcome === 'allow') return 'approved';
  if (decision.outcome === 'block') return 'blocked';
  return decision.enrollment === 'none' ? 'challenged' : 'refused';
}

const EVENT_OF: Partial<Record<SignInState, AuditType>> = {
  approved: 'step_up.approved',
  blocked: 'step_up.blocked',
  challenged: 'step_up.session.created',
  refused: 'step_up.refused',
};

function events(stored: StoredDecision, decision: Decision): readonly AuditEvent[] {
  const signals = decision.signals.map(({ code, points }) => ({ code, points }));
  const { action, transactionHash, state } = stored;
  return [
    {
      ...eventBase(stored),
      type: EVENT_OF[state] ?? 'step_up.refused',
      level: state === 'blocked' ? 'warn' : 'info',
      terminal: state !== 'challenged',
      details: { signals, action, ...(transactionHash !== null && { transactionHash }) },
    },
  ];
}
