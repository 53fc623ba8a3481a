/** Which application a sign-in or a failure is about. */
import { isPortal } from '../domain/policy/policy';
import { findClient } from '../storage/applications';
import type { UserRow } from '../storage/users';
import type { ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { Problem } from './problem';

export interface TargetApplication {
  readonly clientId: string;
  readonly organizationId: string;
}

/** The caller itself, or, for a gateway, any application of its organization and the portals. */
export async function targetApplication(
  deps: ApiDeps,
  client: ClientPrincipal,
  named: string | undefined,
): Promise<TargetApplication> {
  if (named === undefined || named === client.clientId) return client;
  if (!client.scopes.has('gateway')) throw new Problem('forbidden');
  const target = await findClient(deps.pool, named);
  const isVisible = target && (target.organizationId === client.organizationId || isPortal(named));
  if (!isVisible || !target.active) throw new Problem('application_not_found');
  return target;
}

/**
 * Whether the caller may speak of this user's sign-ins there: at an application of users of its organization; at a
 * portal of users of every organization, for a gateway of theirs or of the portal's.
 */
export function acceptsUser(
  target: TargetApplication,
  caller: ClientPrincipal,
  user: Pick<UserRow, 'organizationId'>,
): boolean {
  if (!isPortal(target.clientId)) return user.organizationId === target.organizationId;
  // Tenants: a gateway of one organization must not open sign-ins for the users of another, at a portal neither.
  return [target.organizationId, user.organizationId].includes(caller.organizationId);
}
