/** What administrators do about recoveries and blocks. An actor touches only whom he outranks. */
import { originOf } from '../domain/notices/notice';
import { BLOCK_WAIVER_SECONDS, RELEASABLE_SECONDS, type RecoveryOrder } from '../domain/recovery';
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents } from '../storage/audit-events';
import { insertBlockWaiver } from '../storage/block-waivers';
import { findDecision } from '../storage/decision-log';
import { inTransaction } from '../storage/postgres';
import { findRecoveryCase, type RecoveryCaseRow } from '../storage/recovery-cases';
import { insertRecoveryOrder } from '../storage/recovery-orders';
import { findReleasableBlock } from '../storage/releasable-blocks';
import { eventBase } from '../storage/sign-ins';
import { findUser } from '../storage/users';
import { assertOutranks, organizationSeenBy, type Actor } from './actor';
import type { ApiDeps } from './deps';
import { Problem } from './problem';

/** Leaves an order for an open case; its workflow carries it out. */
export async function orderRecovery(
  deps: ApiDeps,
  actor: Actor,
  { caseId, kind }: { caseId: string; kind: RecoveryOrder },
): Promise<void> {
  const recovery = await recoverySeenBy(deps, actor, caseId);
  const user = recovery.userId === null ? undefined : await findUser(deps.pool, recovery.userId);
  // Takeover: helping somebody back into a mightier account is taking it.
  assertOutranks(actor, user?.roles ?? []);
  if (kind === 'release' && recovery.deviceKey === null) throw new Problem('not_releasable');
  if (!(await insertRecoveryOrder(deps.pool, { caseId, kind, orderedBy: actor.by })))
    throw new Problem('recovery_ended');
  await deps.temporal.ringRecovery(caseId);
}

async function recoverySeenBy({ pool }: ApiDeps, actor: Actor, id: string): Promise<RecoveryCaseRow> {
  const recovery = await findRecoveryCase(pool, { id });
  const seen = organizationSeenBy(actor);
  if (!recovery || (seen !== undefined && recovery.organizationId !== seen)) throw new Problem('not_found');
  return recovery;
}

/** Waives the block of a decision for its device; returns for how many seconds. MFA is still needed. */
export async function releaseBlock(deps: ApiDeps, actor: Actor, decisionId: string): Promise<number> {
  const decision = await findDecision(deps.pool, decisionId, organizationSeenBy(actor));
  if (!decision) throw new Problem('not_found');
  const { userId } = decision;
  const user = await findUser(deps.pool, userId);
  assertOutranks(actor, user?.roles ?? []);
  const block = await findReleasableBlock(deps.pool, {
    decisionId,
    userId,
    maxAgeSeconds: RELEASABLE_SECONDS,
  });
  if (!user || !block) throw new Problem('not_releasable');
  const audit = await inTransaction(deps.pool, async (tx) => {
    await insertBlockWaiver(tx, { id: newId('wvr'), ...block, caseId: null });
    // An administrator may be deceived; the owner knows whether he asked.
    await insertNotice(tx, deps, { userId, kind: 'block_released', params: originOf(decision.facts) });
    const details = { by: actor.by };
    return insertAuditEvents(tx, [
      { ...eventBase(decision), type: 'block.released', level: 'warn', terminal: false, details },
    ]);
  });
  logAudit(deps.logger, audit);
  return BLOCK_WAIVER_SECONDS;
}
