/** Who holds an MFA session: whoever shows its secret, and, if credentials are sent too, the client that opened it. */
import type { FastifyRequest } from 'fastify';
import { hashMfaSessionId } from '../runtime/random-ids';
import { findMfaSession, type MfaSessionRow } from '../storage/mfa-sessions';
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
  if (!session || (client && client.clientId !== session.clientId && !client.scopes.has('gateway'))) {
    // Guessing session ids is slowed down per address.
    await deps.limits.address(request.ip);
    throw new Problem('verification_failed');
  }
  return session;
}
