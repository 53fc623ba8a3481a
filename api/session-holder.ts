/** Who holds an MFA session: whoever shows its secret, and, if credentials are sent too, the client that opened it. */
import type { FastifyRequest } from 'fastify';
import { hashMfaSessionId } from '../runtime/random-ids';
import { findMfaSession, isSessionOf, type MfaSessionRow } from '../storage/mfa-sessions';
import type { ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { Problem } from './problem';

/** The session of its holder; anything else is answered like any other failed verification. */
export async function requireSessionHolder(
  deps: ApiDeps,
  request: FastifyRequest,
  mfaSessionId: string,
): Promise<MfaSessionRow> {
  const client = await deps.clients.authenticateIfPresent(request);
  const session = await findMfaSession(deps.pool, hashMfaSessionId(mfaSessionId));
  if (!session || (client && !(await mayAnswer(deps, client, session)))) {
    // Guessing session ids is slowed down per address.
    await deps.limits.address(request.ip);
    throw new Problem('verification_failed');
  }
  return session;
}

/** The client that opened it, or a gateway of the user's or the application's organization: no other tenant's. */
async function mayAnswer(
  { pool }: ApiDeps,
  client: ClientPrincipal,
  session: MfaSessionRow,
): Promise<boolean> {
  if (client.clientId === session.clientId) return true;
  return client.scopes.has('gateway') && (await isSessionOf(pool, session, client.organizationId));
}
