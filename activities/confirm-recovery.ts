/**
 * Judges the code of a recovery case: charge first, then compare, then move on, so that parallel guesses share the
 * tries. The right code again (a re-run, a lost answer) gives the same answer.
 */
import { MAX_RECOVERY_ATTEMPTS } from '../domain/recovery';
import { logAudit } from '../runtime/audit-log';
import { digestsEqual } from '../runtime/keys';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { inTransaction } from '../storage/postgres';
import { endRecoveryCase, findRecoveryCase } from '../storage/recovery-cases';
import { chargeRecoveryCode, confirmRecoveryCase } from '../storage/recovery-codes';
import { recoveryEvent } from '../storage/recovery-events';
import type { RecoveryStepResult } from '../workflows/recovery-messages';
import type { ActivityDeps } from './deps';

export interface ConfirmQuery {
  readonly caseId: string;
  /** base64url */
  readonly digest: string;
}

/** Makes the activity. Throws when the store fails. */
export function createConfirmRecovery({ pool, logger }: ActivityDeps) {
  return async function confirmRecovery(query: ConfirmQuery): Promise<RecoveryStepResult> {
    const { caseId: id, digest } = query;
    const before = await findRecoveryCase(pool, { id });
    if (before?.state === 'confirmed' && before.confirmedBy === digest) return { kind: 'done' };
    const charged = await chargeRecoveryCode(pool, id);
    if (!charged) return { kind: 'ended' };
    // Guessing: a code that went to nobody is right for nobody, or limits on mail would not limit guesses.
    const isRight = digestsEqual(charged.digest, Buffer.from(digest, 'base64url')) && charged.sent;
    const isLast = charged.attempts >= MAX_RECOVERY_ATTEMPTS;
    if (!isRight && !isLast) return { kind: 'wrong' };
    const audit = await inTransaction(pool, async (tx): Promise<AuditRow[] | undefined> => {
      const moved = isRight
        ? await confirmRecoveryCase(tx, { id, digest })
        : await endRecoveryCase(tx, { id, state: 'dead', when: 'any-time' });
      if (!moved) return undefined;
      const level = isRight ? 'info' : 'warn';
      const type = isRight ? 'recovery.confirmed' : 'recovery.dead';
      return insertAuditEvents(tx, [recoveryEvent(moved, type, { level })]);
    });
    logAudit(logger, audit ?? []);
    if (!isRight) return { kind: 'wrong' };
    return { kind: audit ? 'done' : 'ended' };
  };
}
