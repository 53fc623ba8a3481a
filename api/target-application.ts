/** Which application a sign-in or a failure is about. */
import { isPortal } from '../domain/policy/policy';
import { findClient } from '../storage/applications';
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
