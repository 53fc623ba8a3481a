/** A wrong answer: the verdict is kept, and the fifth one ends the session, with its audit event. */
import type { AuditEvent } from '../domain/audit-event';
import { insertAuditEvents } from '../storage/audit-events';
import { settleAttempt, type AttemptOutcome } from '../storage/mfa-attempts';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { eventBase, findDecisionById } from '../storage/sign-ins';
import { logAudit } from '../runtime/audit-log';
import type { Try } from './charge-try';
import type { ActivityDeps } from './deps';
import { endSessionWithAudit } from '../storage/session-ending';

/** Settles the attempt as wrong. The try itself was charged before the answer was looked at. */
export async function refuseAnswer(
  { pool, logger }: ActivityDeps,
  session: MfaSessionRow,
  answer: Try,
): Promise<AttemptOutcome> {
  const refused = await inTransaction(pool, async (tx) => {
    // First the answer, then the end of the session: the terminal event is the last one of its attempt.
    const wrong = await insertAuditEvents(tx, await refusalEvents(tx, session));
    const dead = await endSessionWithAudit(tx, {
      sessionIdHash: session.idHash,
      state: 'dead',
      when: 'cap-reached',
    });
    const outcome: AttemptOutcome = { kind: dead ? 'dead' : 'wrong' };
    await settleAttempt(tx, { ...answer, outcome });
    return { outcome, rows: [...wrong, ...(dead ?? [])] };
  });
  logAudit(logger, refused.rows);
  return refused.outcome;
}

async function refusalEvents(tx: PoolClient, session: MfaSessionRow): Promise<AuditEvent[]> {
  const signIn = await findDecisionById(tx, session.decisionId);
  if (!signIn) return [];
  const details = { attempt: session.attempts };
  return [{ ...eventBase(signIn), type: 'mfa.answer.refused', level: 'info', terminal: false, details }];
}
