/** Receipts and access tokens of committed rows. Both are signed after the transaction that earned them. */
import { ACR, firstFactorAmr } from '../domain/credentials/receipt';
import type { SessionRow } from '../storage/session-lookup';
import type { StoredDecision } from '../storage/sign-ins';
import type { ApiDeps } from './deps';
import type { TokenScheme } from './dpop';

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

/**
 * The user's access token in a session, bound to the key with thumbprint `jkt` if there is one. It opens nothing once
 * the session is revoked or the user disabled.
 */
export async function userToken(
  deps: ApiDeps,
  { userId, clientId, id: sid }: SessionRow,
  jkt: string | undefined,
): Promise<{ accessToken: string; tokenType: TokenScheme }> {
  const accessToken = await deps.tokens.signAccessToken({ subject: userId, clientId, scope: '', sid, jkt });
  return { accessToken, tokenType: jkt === undefined ? 'Bearer' : 'DPoP' };
}
