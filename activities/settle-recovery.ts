/** Looks at a recovery case: carries out the orders that wait for it, and expires it when its step is due. */
import { originOf } from '../domain/notices/notice';
import type { RecoveryEnd, RecoveryState } from '../domain/recovery';
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { endBlockWaivers, insertBlockWaiver } from '../storage/block-waivers';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { endRecoveryCase, findRecoveryCase, type RecoveryCaseRow } from '../storage/recovery-cases';
import { recoveryEvent } from '../storage/recovery-events';
import { expireRecoveryWithAudit } from '../storage/recovery-ending';
import { extendRecoveryCase, takeRecoveryOrder } from '../storage/recovery-orders';
import { findDecisionById } from '../storage/sign-ins';
import type { ActivityDeps } from './deps';

export type RecoveryStanding =
  | {
      readonly kind: 'open';
      readonly state: Exclude<RecoveryState, RecoveryEnd>;
      readonly remainingMs: number;
    }
  | { readonly kind: 'ended'; readonly state: RecoveryEnd };

/** Makes the activity. The store's clock alone decides what is due. */
export function createSettleRecovery(deps: ActivityDeps) {
  const { pool, logger } = deps;
  return async function settleRecovery({ caseId }: { caseId: string }): Promise<RecoveryStanding> {
    for (let audit = await carryOut(deps, caseId); audit; audit = await carryOut(deps, caseId)) {
      logAudit(logger, audit);
    }
    const expired = await inTransaction(pool, (tx) => expireRecoveryWithAudit(tx, caseId));
    logAudit(logger, expired ?? []);
    const recovery = await findRecoveryCase(pool, { id: caseId });
    return recovery ? standingOf(recovery) : { kind: 'ended', state: 'refused' };
  };
}

/** Makes the activity for a workflow that an operator cancelled; answers how the case really ended. */
export function createCancelRecovery({ pool, logger }: ActivityDeps) {
  return async function cancelRecovery({ caseId }: { caseId: string }): Promise<RecoveryEnd> {
    const audit = await inTransaction(pool, (tx) => refuse(tx, caseId, 'operator'));
    logAudit(logger, audit);
    const recovery = await findRecoveryCase(pool, { id: caseId });
    const standing = recovery ? standingOf(recovery) : undefined;
    return standing?.kind === 'ended' ? standing.state : 'refused';
  };
}

function standingOf({ state, remainingMs }: RecoveryCaseRow): RecoveryStanding {
  switch (state) {
    case 'requested':
    case 'code_sent':
    case 'confirmed':
      return { kind: 'open', state, remainingMs: Math.max(1, Math.ceil(remainingMs)) };
    case 'completed':
    case 'expired':
    case 'dead':
    case 'refused':
      return { kind: 'ended', state };
  }
}

/** One order and its effect in one transaction; `undefined` when none waits. */
function carryOut(deps: ActivityDeps, caseId: string): Promise<AuditRow[] | undefined> {
  return inTransaction(deps.pool, async (tx) => {
    const order = await takeRecoveryOrder(tx, caseId);
    if (!order) return undefined;
    switch (order.kind) {
      case 'refuse':
        return refuse(tx, caseId, order.orderedBy);
      case 'extend':
        return extend(tx, caseId, order.orderedBy);
      case 'release':
        return release(tx, deps, { id: caseId, by: order.orderedBy });
    }
  });
}

async function refuse(tx: PoolClient, id: string, by: string): Promise<AuditRow[]> {
  await endBlockWaivers(tx, id);
  const refused = await endRecoveryCase(tx, { id, state: 'refused', when: 'any-time' });
  if (!refused) return [];
  return insertAuditEvents(tx, [recoveryEvent(refused, 'recovery.refused', { by, level: 'warn' })]);
}

async function extend(tx: PoolClient, id: string, by: string): Promise<AuditRow[]> {
  const extended = await extendRecoveryCase(tx, id);
  return extended ? insertAuditEvents(tx, [recoveryEvent(extended, 'recovery.extended', { by })]) : [];
}

/** The block is waived at once; the password stays the business of the case. */
async function release(
  tx: PoolClient,
  deps: ActivityDeps,
  { id, by }: { id: string; by: string },
): Promise<AuditRow[]> {
  const recovery = await findRecoveryCase(tx, { id });
  if (!recovery?.userId || recovery.decisionId === null || recovery.deviceKey === null) return [];
  // Ended by an order before this one, or by its clock.
  if (standingOf(recovery).kind === 'ended') return [];
  const { userId, decisionId, deviceKey } = recovery;
  await insertBlockWaiver(tx, { id: newId('wvr'), userId, deviceKey, decisionId, caseId: id });
  const blocked = await findDecisionById(tx, decisionId);
  // An administrator may be deceived; the owner knows whether he asked.
  await insertNotice(tx, deps, {
    userId,
    kind: 'block_released',
    params: originOf(blocked?.facts ?? null),
  });
  return insertAuditEvents(tx, [recoveryEvent(recovery, 'block.released', { by, level: 'warn' })]);
}
