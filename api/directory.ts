/** The embedded directory: who calls it, and whom a login means there. */
import type { FastifyRequest } from 'fastify';
import { isPortal } from '../domain/policy/policy';
import { unknownLoginKey } from '../runtime/identity-keys';
import { findClient } from '../storage/applications';
import { findCredentials, type Credentials } from '../storage/users';
import type { ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { Problem } from './problem';

export interface DirectoryCaller {
  readonly client: ClientPrincipal;
  /** A public client: the connection is the user's own. A confidential one speaks for its user's browser. */
  readonly isPublic: boolean;
}

/** A client with its credentials, or a public one by `X-Client-Id`, within its limits. */
export async function directoryCaller(deps: ApiDeps, request: FastifyRequest): Promise<DirectoryCaller> {
  const authenticated = await deps.clients.authenticateIfPresent(request);
  if (authenticated) {
    await deps.limits.client(authenticated.clientId);
    return { client: authenticated, isPublic: false };
  }
  await deps.limits.address(request.ip);
  return { client: await publicClient(deps, request.headers['x-client-id']), isPublic: true };
}

async function publicClient(deps: ApiDeps, named: unknown): Promise<ClientPrincipal> {
  const row = typeof named === 'string' ? await findClient(deps.pool, named) : undefined;
  if (!row?.public || !row.active || row.organizationSuspended) throw new Problem('unauthorized');
  const { clientId, organizationId, databaseNow, secretVersion } = row;
  return {
    clientId,
    organizationId,
    databaseNow,
    secretVersion,
    scopes: new Set(),
    readAt: performance.now(),
  };
}

/** A login as limits and failures count it, by the caller's organization whatever the body names: no way to count the same login's tries anew. */
export function loginKey({ keys }: ApiDeps, { organizationId }: ClientPrincipal, login: string): string {
  return unknownLoginKey(keys, organizationId, login);
}

/**
 * The user whom the login means here: of the caller's organization. At a portal `organizationId` names another one; it
 * has to be named, for the logins of one organization must neither hide nor betray those of the others.
 */
export function credentialsOf(
  { pool }: ApiDeps,
  { clientId, organizationId: own }: ClientPrincipal,
  { login, organizationId: named }: { login: string; organizationId?: string },
): Promise<Credentials | undefined> {
  // Other organizations' users are known at portals only.
  if (named !== undefined && named !== own && !isPortal(clientId)) throw new Problem('forbidden');
  return findCredentials(pool, { organizationId: named ?? own, login });
}
