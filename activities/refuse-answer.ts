/** A wrong answer: the verdict is kept, and the fifth one ends the session, with its audit event. */
import type { AuditEvent } from '../domain/audit-event';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { settleAttempt, type AttemptOutcome } from '../storage/mfa-attempts';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction } from '../storage/postgres';
import { eventBase, findDecisionById } from '../storage/sign-ins';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from './deps';
import { endSessionWithAudit } from '../storage/session-ending';

/** Settles the attempt as wrong. The try itself was charged before the answer was looked at. */
export async function refuseAnswer(
  { pool, logger }: ActivityDeps,
  session: MfaSessionRow,
  attemptId: string,
): Promise<AttemptOutcome> {
  const refused = await inTransaction(pool, async (tx) => {
    const dead = await endSessionWithAudit(tx, {
      sessionIdHash: session.idHash,
      state: 'dead',
      when: 'cap-reached',
    });
    const outcome: AttemptOutcome = { kind: dead ? 'dead' : 'wrong' };
    await settleAttempt(tx, { attemptId, sessionIdHash: session.idHash, method: 'totp', outcome });
    const signIn = await findDecisionById(tx, session.decisionId);
    const wrong: AuditEvent[] = signIn
      ? [
          {
            ...eventBase(signIn),
            type: 'mfa.answer.refused',
            level: 'info',
            terminal: false,
            details: { attempt: session.attempts },
          },
        ]
      : [];
    const rows: AuditRow[] = [...(await insertAuditEvents(tx, wrong)), ...(dead ?? [])];
    return { outcome, rows };
  });
  logAudit(logger, refused.rows);
  return refused.outcome;
}
