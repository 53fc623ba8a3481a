/** Hooks that establish the caller before the body is read, so that strangers learn nothing from validation. */
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Permission } from '../../domain/access/permissions';
import { assertMay, authenticateActor, type Actor } from '../actor';
import { assertScope, type ClientPrincipal } from '../client-authentication';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';

const clients = new WeakMap<FastifyRequest, ClientPrincipal>();
const actors = new WeakMap<FastifyRequest, Actor>();

/** Requires a client, within its rate limit, with every scope named. */
export function requireClient(deps: ApiDeps, ...scopes: Permission[]): onRequestAsyncHookHandler {
  return async (request) => {
    const client = await slowingGuesses(deps, request, deps.clients.authenticate(request));
    await deps.limits.client(client.clientId);
    for (const scope of scopes) assertScope(client, scope);
    clients.set(request, client);
  };
}

/**
 * Requires a client with the scope, or a user at a portal whose roles permit it; users need fresh MFA to change
 * anything. The rate limit of clients holds for each user too.
 */
export function requireActor(deps: ApiDeps, permission: Permission): onRequestAsyncHookHandler {
  return async (request) => {
    const actor = await slowingGuesses(deps, request, authenticateActor(deps, request));
    await deps.limits.client(actor.by);
    assertMay(actor, permission, request.method);
    actors.set(request, actor);
  };
}

/** Guessing credentials is slowed down per address; an outage is nobody's guess. */
function slowingGuesses<T>(deps: ApiDeps, request: FastifyRequest, authentication: Promise<T>): Promise<T> {
  return authentication.catch(async (refusal: unknown) => {
    const isGuess = refusal instanceof Problem && refusal.code === 'unauthorized';
    if (isGuess) await deps.limits.address(request.ip);
    throw refusal;
  });
}

/** The client that `requireClient` let in. */
export function clientOf(request: FastifyRequest): ClientPrincipal {
  const client = clients.get(request);
  if (!client) throw new Error('the route does not require a client');
  return client;
}

/** The actor that `requireActor` let in. */
export function actorOf(request: FastifyRequest): Actor {
  const actor = actors.get(request);
  if (!actor) throw new Error('the route does not require an actor');
  return actor;
}
