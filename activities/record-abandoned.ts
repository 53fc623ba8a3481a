/**
 * An attempt whose decision nobody received: recorded as abandoned, and whatever a late transaction still managed to
 * open for it is closed again, so that no session exists that nobody holds.
 */
import { decisionIdOf } from '../runtime/random-ids';
import { insertAuditEvents } from '../storage/audit-events';
import { endSession } from '../storage/mfa-sessions';
import { insertAbandoned } from '../storage/abandoned-sign-ins';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { endSessionsById } from '../storage/session-revocation';
import { endSignIn, eventBase, findDecisionByWorkflow, type StoredDecision } from '../storage/sign-ins';
import { workflowIdOf, type RiskSubject, type StepUpInput } from '../workflows/messages';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from './deps';

/** A sign-in, or a step-up by its action. */
export type AbandonedInput = RiskSubject & Partial<Pick<StepUpInput, 'action' | 'subjectSessionId'>>;

/** Makes the activity. Safe to run again. */
export function createRecordAbandoned({ pool, logger }: ActivityDeps) {
  return async function recordAbandoned({ input }: { input: AbandonedInput }): Promise<void> {
    const purpose = input.action === undefined ? 'sign-in' : 'step-up';
    const workflowId = workflowIdOf({ purpose, idHash: input.sessionIdHash });
    const audit = await inTransaction(pool, async (tx) => {
      const id = decisionIdOf(input.sessionIdHash);
      const tombstone = await insertAbandoned(tx, { ...input, id, workflowId, purpose });
      const abandoned = tombstone ?? (await undoLateDecision(tx, workflowId));
      if (!abandoned) return [];
      return insertAuditEvents(tx, [
        { ...eventBase(abandoned), type: 'sign_in.abandoned', level: 'warn', terminal: true },
      ]);
    });
    logAudit(logger, audit);
  };
}

/** Returns the sign-in when it needs a terminal event: an allowed or blocked one has its own already. */
async function undoLateDecision(tx: PoolClient, workflowId: string): Promise<StoredDecision | undefined> {
  const stored = await findDecisionByWorkflow(tx, workflowId);
  if (!stored) return undefined;
  if (stored.sessionId !== null) await endSessionsById(tx, [stored.sessionId], 'abandoned');
  await endSession(tx, { idHash: stored.sessionIdHash, state: 'cancelled', when: 'any-time' });
  return endSignIn(tx, { decisionId: stored.id, state: 'abandoned' });
}
