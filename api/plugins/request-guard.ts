/**
 * What every request passes: no text that the stores cannot hold, answers that no cache keeps, an id for each request.
 */
import fp from 'fastify-plugin';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problem';

/**
 * Looks for NUL and lone surrogates: Postgres stores neither, so they would end as a 5xx. With a list of its own
 * instead of recursion: a body of 64 KiB nests deep enough to overflow the stack.
 */
function hasUnstorableText(root: unknown): boolean {
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) return true;
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, entry] of Object.entries(value)) rest.push(key, entry);
    }
  }
  return false;
}

function refuseUnstorableText(request: FastifyRequest): void {
  const isStream = typeof (request.body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
  const parts = isStream ? [request.query, request.params] : [request.body, request.query, request.params];
  if (parts.some(hasUnstorableText)) {
    throw new Problem('invalid_request', { detail: 'Text must be well-formed Unicode without NUL.' });
  }
}

/** What every answer carries, also one to a request that no route has seen. */
export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  if (request.url.startsWith('/api')) void reply.header('cache-control', 'no-store');
}

export const requestGuard = fp((app: FastifyInstance, _options: object, done: () => void) => {
  app.addHook('onRequest', (request, reply, next) => {
    setCommonHeaders(request, reply);
    next();
  });
  app.addHook('preValidation', (request, _reply, next) => {
    refuseUnstorableText(request);
    next();
  });
  done();
});
