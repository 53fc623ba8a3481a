/**
 * What every request passes: no text that the stores cannot hold, answers that no cache keeps, an id for each request.
 */
import fp from 'fastify-plugin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem';

/** Depth-first search for NUL and lone surrogates: Postgres stores neither, so they would end as a 5xx. */
function hasUnstorableText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (Array.isArray(value)) return value.some(hasUnstorableText);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, entry]) => hasUnstorableText(key) || hasUnstorableText(entry));
}

function refuseUnstorableText(request: FastifyRequest): void {
  const isStream = typeof (request.body as { pipe?: unknown } | null | undefined)?.pipe === 'function';
  const parts = isStream ? [request.query, request.params] : [request.body, request.query, request.params];
  if (parts.some(hasUnstorableText)) {
    throw new Problem('invalid_request', { detail: 'Text must be well-formed Unicode without NUL.' });
  }
}

export const requestGuard = fp((app: FastifyInstance, _options: object, done: () => void) => {
  app.addHook('onRequest', (request, reply, next) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (request.url.startsWith('/api')) void reply.header('cache-control', 'no-store');
    next();
  });
  app.addHook('preValidation', (request, _reply, next) => {
    refuseUnstorableText(request);
    next();
  });
  done();
});
