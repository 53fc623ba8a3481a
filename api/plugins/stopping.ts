/**
 * Stopping without losing anybody: while the application closes, requests that came on a kept connection are still
 * answered, each with `Connection: close`, so that no idle socket keeps the process alive.
 */
import fp from 'fastify-plugin';
import type { FastifyInstance } from 'fastify';

export const stopping = fp((app: FastifyInstance, _options: object, done: () => void) => {
  let isStopping = false;
  app.addHook('preClose', (closed) => {
    isStopping = true;
    closed();
  });
  app.addHook('onSend', (_request, reply) => {
    if (isStopping) void reply.header('connection', 'close');
    return Promise.resolve();
  });
  done();
});
