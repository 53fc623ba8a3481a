/** Request counts and durations by route pattern (never by URL: ids would explode the series and leak). */
import fp from 'fastify-plugin';
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

export const httpMetrics = fp((app: FastifyInstance, options: { registry: Registry }, done: () => void) => {
  const duration = new Histogram({
    name: 'zewstid_http_request_duration_seconds',
    help: 'Duration of HTTP requests by method, route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [options.registry],
  });
  app.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1_000,
    );
    next();
  });
  done();
});
