/** `POST /api/v1/auth/mfa/step-up/redeem`: burns the receipt of a step-up, once, whoever races. */
import type { FastifyRequest } from 'fastify';
import { logAudit } from '../../../runtime/audit-log';
import { insertAuditEvents, type AuditRow } from '../../../storage/audit-events';
import { inTransaction, type PoolClient } from '../../../storage/postgres';
import { eventBase, findDecisionById } from '../../../storage/sign-ins';
import { findStepUpReceipt, redeemStepUpReceipt, type StepUpReceiptRow } from '../../../storage/step-ups';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { idempotencyKeyOf } from '../../idempotency';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { transactionHashOf } from '../../start-step-up';
import { redeemSchema, type RedeemBody } from './step-up-schemas';

export function registerRedeemRoute(app: App, deps: ApiDeps): void {
  const options = { schema: redeemSchema, onRequest: requireClient(deps) };
  app.post('/api/v1/auth/mfa/step-up/redeem', options, async (request) => {
    const { clientId } = clientOf(request);
    const redemptionKey = redemptionKeyOf(deps, clientId, request);
    const row = await fittingReceipt(deps, clientId, request.body);
    await redeem(deps, row, redemptionKey);
    const { decisionId, userId, sessionId, action } = row;
    return { valid: true as const, userId, sessionId, action, decisionId };
  });
}

function redemptionKeyOf({ keys }: ApiDeps, clientId: string, request: FastifyRequest): string | undefined {
  const key = idempotencyKeyOf(request);
  return key === undefined
    ? undefined
    : keys.digest('idempotency', ['redeem', clientId, key]).toString('base64url');
}

/** The receipt's row, if signature, audience, user, action and transaction are those of the request. */
async function fittingReceipt(deps: ApiDeps, clientId: string, body: RedeemBody): Promise<StepUpReceiptRow> {
  const claims = await deps.tokens.verifyReceipt(body.receipt, clientId);
  const decisionId = claims?.jti;
  const row = decisionId === undefined ? undefined : await findStepUpReceipt(deps.pool, decisionId);
  const hash = body.transaction ? transactionHashOf(body.transaction) : null;
  const fits =
    row?.clientId === clientId &&
    row.userId === claims?.sub &&
    row.action === body.action &&
    row.transactionHash === hash;
  if (!row || !fits) throw new Problem('receipt_invalid');
  return row;
}

/** Burns it. The same Idempotency-Key again is the same redemption, as long as the receipt would be good. */
async function redeem(
  deps: ApiDeps,
  row: StepUpReceiptRow,
  redemptionKey: string | undefined,
): Promise<void> {
  const isRepeat = redemptionKey !== undefined && row.redemptionKey === redemptionKey;
  if (row.redeemedAt && !isRepeat) throw new Problem('receipt_used');
  if (!row.valid) throw new Problem('receipt_invalid');
  if (isRepeat) return;
  const audit = await inTransaction(deps.pool, (tx) => burn(tx, row.decisionId, redemptionKey));
  if (audit) return logAudit(deps.logger, audit);
  // Somebody was faster: if it was this very request, sent twice, both are answered alike.
  const burnt = await findStepUpReceipt(deps.pool, row.decisionId);
  if (!burnt?.redeemedAt) throw new Problem('receipt_invalid');
  if (redemptionKey === undefined || burnt.redemptionKey !== redemptionKey) throw new Problem('receipt_used');
}

async function burn(
  tx: PoolClient,
  decisionId: string,
  redemptionKey: string | undefined,
): Promise<AuditRow[] | undefined> {
  if (!(await redeemStepUpReceipt(tx, { decisionId, redemptionKey }))) return undefined;
  const decision = await findDecisionById(tx, decisionId);
  if (!decision) throw new Problem('receipt_invalid');
  const details = { action: decision.action };
  return insertAuditEvents(tx, [
    { ...eventBase(decision), type: 'step_up.redeemed', level: 'info', terminal: false, details },
  ]);
}
