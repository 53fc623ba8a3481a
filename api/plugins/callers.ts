/** Hooks that establish the caller before the body is read, so that strangers learn nothing from validation. */
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { assertScope, type ClientPrincipal, type Scope } from '../client-authentication';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';

const principals = new WeakMap<FastifyRequest, ClientPrincipal>();

/** Requires a client, within its rate limit, with every scope named. */
export function requireClient(deps: ApiDeps, ...scopes: Scope[]): onRequestAsyncHookHandler {
  return async (request) => {
    const client = await deps.clients.authenticate(request).catch(async (refusal: unknown) => {
      // Guessing credentials is slowed down per address; an outage is nobody's guess.
      const isGuess = refusal instanceof Problem && refusal.code === 'unauthorized';
      if (isGuess) await deps.limits.address(request.ip);
      throw refusal;
    });
    await deps.limits.client(client.clientId);
    for (const scope of scopes) assertScope(client, scope);
    principals.set(request, client);
  };
}

/** The client that `requireClient` let in. */
export function clientOf(request: FastifyRequest): ClientPrincipal {
  const client = principals.get(request);
  if (!client) throw new Error('the route does not require a client');
  return client;
}
