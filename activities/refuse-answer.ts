/** A wrong answer: the verdict is kept, and the fifth one ends the session, with its audit event. */
import type { AuditEvent } from '../domain/audit-event';
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents } from '../storage/audit-events';
import { isLaneClosed } from '../storage/guards';
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
  deps: ActivityDeps,
  session: MfaSessionRow,
  answer: Try,
): Promise<AttemptOutcome> {
  const { pool, logger } = deps;
  const refused = await inTransaction(pool, async (tx) => {
    // First the answer, then the end of the session: the terminal event is the last one of its attempt.
    const wrong = await insertAuditEvents(tx, await refusalEvents(tx, session));
    const dead = await endSessionWithAudit(tx, {
      sessionIdHash: session.idHash,
      state: 'dead',
      when: 'cap-reached',
    });
    await tellIfDisabled(tx, deps, session);
    const outcome: AttemptOutcome = { kind: dead ? 'dead' : 'wrong' };
    await settleAttempt(tx, { ...answer, outcome });
    return { outcome, rows: [...wrong, ...(dead ?? [])] };
  });
  logAudit(logger, refused.rows);
  return refused.outcome;
}

/** This answer was the last one that the lane had: the owner should know why codes do not work any more. */
async function tellIfDisabled(
  tx: PoolClient,
  deps: ActivityDeps,
  { userId, lane }: MfaSessionRow,
): Promise<void> {
  if (!(await isLaneClosed(tx, userId, lane))) return;
  await insertNotice(tx, deps, { userId, kind: 'authenticator_disabled', params: { lane } });
}

async function refusalEvents(tx: PoolClient, session: MfaSessionRow): Promise<AuditEvent[]> {
  const signIn = await findDecisionById(tx, session.decisionId);
  if (!signIn) return [];
  const details = { attempt: session.attempts };
  return [{ ...eventBase(signIn), type: 'mfa.answer.refused', level: 'info', terminal: false, details }];
}
