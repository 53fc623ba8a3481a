/**
 * What becomes of an attempt that the workflow could not decide: a row that keeps a later decision from taking effect;
 * or, when a decision was committed all the same (only word of it was lost), that decision. Somebody may have been
 * answered from it, so it is never taken back.
 */
import { decisionIdOf } from '../runtime/random-ids';
import { insertAuditEvents } from '../storage/audit-events';
import { insertAbandoned } from '../storage/abandoned-sign-ins';
import { inTransaction } from '../storage/postgres';
import { eventBase, findDecisionByWorkflow } from '../storage/sign-ins';
import { workflowIdOf, type DecisionAnswer, type RiskSubject, type StepUpInput } from '../workflows/messages';
import { logAudit } from '../runtime/audit-log';
import { answerFrom } from './decision-answer';
import type { ActivityDeps } from './deps';

/** A sign-in, or a step-up by its action. */
export type AbandonedInput = RiskSubject & Partial<Pick<StepUpInput, 'action' | 'subjectSessionId'>>;

/** Makes the activity; it answers what counts. Safe to run again. */
export function createRecordAbandoned({ pool, logger }: ActivityDeps) {
  return async function recordAbandoned({ input }: { input: AbandonedInput }): Promise<DecisionAnswer> {
    const purpose = input.action === undefined ? 'sign-in' : 'step-up';
    const workflowId = workflowIdOf({ purpose, idHash: input.sessionIdHash });
    const audit = await inTransaction(pool, async (tx) => {
      const id = decisionIdOf(input.sessionIdHash);
      const tombstone = await insertAbandoned(tx, { ...input, id, workflowId, purpose });
      if (!tombstone) return [];
      return insertAuditEvents(tx, [
        { ...eventBase(tombstone), type: 'sign_in.abandoned', level: 'warn', terminal: true },
      ]);
    });
    logAudit(logger, audit);
    const stored = await findDecisionByWorkflow(pool, workflowId);
    // User or application are gone: there is nothing to keep a row for.
    return stored ? answerFrom(pool, stored) : { kind: 'abandoned' };
  };
}
