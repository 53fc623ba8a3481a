/** Receipts and access tokens of committed rows. Both are signed after the transaction that earned them. */
import { ACR, firstFactorAmr } from '../domain/credentials/receipt';
import type { SessionRow } from '../storage/session-lookup';
import type { StoredDecision } from '../storage/sign-ins';
import type { ApiDeps } from './deps';

/** What a receipt needs of its decision. */
type Receipted = Pick<
  StoredDecision,
  'id' | 'purpose' | 'action' | 'transactionHash' | 'createdAt' | 'endedAt'
>;

/** The receipt of a decision in its session: what the rows say, so that asking again gives the same one. */
export function signReceiptOf(deps: ApiDeps, session: SessionRow, decision: Receipted): Promise<string> {
  const { userId, clientId, proofAt, createdAt, firstFactor } = session;
  const { id: decisionId, purpose, action, transactionHash, endedAt } = decision;
  const issuedAt = purpose === 'step-up' ? (endedAt ?? decision.createdAt) : createdAt;
  return deps.tokens.signReceipt({
    userId,
    clientId,
    sessionId: session.id,
    decisionId,
    acr: proofAt ? ACR.mfa : ACR.pwd,
    amr: [...firstFactorAmr(firstFactor), ...(session.amr ?? [])],
    authTimeMs: (proofAt ?? createdAt).getTime(),
    issuedAtMs: issuedAt.getTime(),
    action: action ?? undefined,
    transactionHash: transactionHash ?? undefined,
  });
}

/** The user's access token in a session. It opens nothing once the session is revoked or the user disabled. */
export function signUserToken(deps: ApiDeps, { userId, clientId, id: sid }: SessionRow): Promise<string> {
  return deps.tokens.signAccessToken({ subject: userId, clientId, scope: '', sid });
}
