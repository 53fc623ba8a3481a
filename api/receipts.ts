/** Receipts and access tokens of committed rows. Both are signed after the transaction that earned them. */
import { acrOf, firstFactorAmr } from '../domain/credentials/receipt';
import type { Authentication } from '../runtime/tokens';
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
  const { userId, clientId, createdAt } = session;
  const { id: decisionId, purpose, action, transactionHash, endedAt } = decision;
  const issuedAt = purpose === 'step-up' ? (endedAt ?? decision.createdAt) : createdAt;
  return deps.tokens.signReceipt({
    userId,
    clientId,
    sessionId: session.id,
    decisionId,
    ...authenticationOf(session),
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
  session: SessionRow,
  jkt: string | undefined,
): Promise<{ accessToken: string; tokenType: TokenScheme }> {
  const { userId: subject, clientId, id: sid, expiresAt } = session;
  const authentication = authenticationOf(session);
  const claims = { subject, clientId, scope: '', sid, jkt, authentication, notAfterMs: expiresAt.getTime() };
  const accessToken = await deps.tokens.signAccessToken(claims);
  return { accessToken, tokenType: jkt === undefined ? 'Bearer' : 'DPoP' };
}

function authenticationOf({ proofAt, createdAt, firstFactor, amr }: SessionRow): Authentication {
  return {
    acr: acrOf(proofAt && (amr ?? [])),
    amr: [...firstFactorAmr(firstFactor), ...(amr ?? [])],
    authTimeMs: (proofAt ?? createdAt).getTime(),
  };
}
