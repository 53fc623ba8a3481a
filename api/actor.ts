/**
 * Who acts on users, applications and decisions, and how far: a client within its scopes and its organization, or a
 * user by his roles. This file decides what a caller may do; what is done is decided elsewhere.
 */
import type { FastifyRequest } from 'fastify';
import { holds, type Permission } from '../domain/access/permissions';
import { actsEverywhere, outranks, permissionsOf } from '../domain/access/roles';
import { isPortal } from '../domain/policy/policy';
import { findActingUser } from '../storage/acting-users';
import { organizationExists } from '../storage/organizations';
import type { ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { presentedToken, type TokenScheme } from './dpop';
import { Problem } from './problem';
import { assertFreshMfa, assertNoStepUpDemanded, userOfToken, type UserPrincipal } from './subject';

export interface Actor {
  readonly kind: 'client' | 'user';
  /** The client's or the user's id: `details.by` of what is audited. */
  readonly by: string;
  /** The client itself, or the portal at which the user signed in. */
  readonly clientId: string;
  readonly organizationId: string;
  readonly everyOrganization: boolean;
  readonly permissions: ReadonlySet<string>;
  /** Of a user: when MFA was last proven in this session (epoch ms). */
  readonly proofAt: number | undefined;
  readonly scheme?: TokenScheme;
}

/** The caller, by a user's access token or a client's credentials; 401 for anybody else. */
export async function authenticateActor(deps: ApiDeps, request: FastifyRequest): Promise<Actor> {
  const presented = presentedToken(request.headers.authorization);
  const user = presented && (await userOfToken(deps, request, presented));
  if (!user) return actorOfClient(await deps.clients.authenticate(request));
  assertNoStepUpDemanded(user);
  return actorOfUser(deps, user);
}

function actorOfClient(client: ClientPrincipal): Actor {
  const { clientId, organizationId, scopes } = client;
  const actor = { kind: 'client', by: clientId, clientId, organizationId, permissions: scopes } as const;
  return { ...actor, everyOrganization: false, proofAt: undefined };
}

async function actorOfUser(
  { pool }: ApiDeps,
  { userId, clientId, session, proofAt, scheme }: UserPrincipal,
): Promise<Actor> {
  const user = await findActingUser(pool, userId);
  if (!user) throw new Problem('unauthorized');
  // Confused deputy: an application that an administrator signs in to holds his token, and must not get his power.
  const roles = isPortal(clientId) && session.issuesToken ? user.roles : [];
  return {
    kind: 'user',
    by: userId,
    clientId,
    organizationId: user.organizationId,
    everyOrganization: actsEverywhere(roles),
    permissions: permissionsOf(roles),
    proofAt,
    scheme,
  };
}

const READING: readonly string[] = ['GET', 'HEAD'];

/** Refuses who lacks the permission, and a user who changes something without fresh MFA in this session. */
export function assertMay(actor: Actor, wanted: Permission, method: string): void {
  if (!holds(actor.permissions, wanted)) throw new Problem('forbidden');
  // A stolen or forgotten session must not be enough to change anything.
  if (actor.kind === 'user' && !READING.includes(method)) assertFreshMfa(actor);
}

/** Refuses to grant roles, or to touch somebody who has them, to who does not hold all that they carry. */
export function assertOutranks(actor: Actor, roles: readonly string[]): void {
  if (!outranks(actor.permissions, roles)) throw new Problem('forbidden');
}

/** Which organization an actor sees: his own, the one he names, or (`undefined`) all of them. */
export function organizationSeenBy(actor: Actor, named?: string): string | undefined {
  if (actor.everyOrganization) return named;
  if (named !== undefined && named !== actor.organizationId) throw new Problem('forbidden');
  return actor.organizationId;
}

/** In which organization an actor creates something: his own unless he names another that he may act in. */
export async function organizationToCreateIn(
  { pool }: ApiDeps,
  actor: Actor,
  named: string | undefined,
): Promise<string> {
  if (named === undefined || named === actor.organizationId) return actor.organizationId;
  if (!actor.everyOrganization) throw new Problem('forbidden');
  if (!(await organizationExists(pool, named))) throw new Problem('not_found');
  return named;
}
