/** The HTTP application: plugins, then routes. Starts nothing by itself. */
import { fastify, LogController, type FastifyBaseLogger } from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { newSecret } from '../runtime/random-ids';
import type { ApiDeps } from './deps';
import { httpMetrics } from './plugins/http-metrics';
import { jsonBody } from './plugins/json-body';
import { openApi } from './plugins/open-api';
import { overload } from './plugins/overload';
import { requestGuard, setCommonHeaders } from './plugins/request-guard';
import { stopping } from './plugins/stopping';
import { handleError, Problem } from './problem';
import { registerRoutes } from './routes';

const BODY_LIMIT_BYTES = 64 * 1024;

/** The type of the application with schemas that type their handlers. */
export type App = ReturnType<typeof createApp>;

/** URLs can carry secrets by a caller's mistake, so requests are measured (`httpMetrics`), not logged. */
class QuietLog extends LogController {
  override routeNotFound(): void {
    // The default logs the URL.
  }
}

function createApp(deps: ApiDeps) {
  const { config } = deps;
  const requestTimeoutMs = config.REQUEST_TIMEOUT_SECONDS * 1_000;
  // Typed as Fastify's own logger, so that hooks and plugins fit the application's type.
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const proxies = config.TRUSTED_PROXIES.split(',')
    .map((proxy) => proxy.trim())
    .filter((proxy) => proxy !== '');
  return fastify({
    loggerInstance,
    logController: new QuietLog({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    // Slow senders: a request that is not there as a whole by then is cut off, however steadily it trickles.
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: Math.min(60_000, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(30_000, requestTimeoutMs),
    },
    // Spoofing: without a trusted proxy `X-Forwarded-For` is only text.
    trustProxy: proxies.length > 0 ? proxies : false,
    genReqId: () => `req_${newSecret().slice(0, 22)}`,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    forceCloseConnections: 'idle',
    // The framework's own 503 is no problem answer; requests that are here already are served.
    return503OnClosing: false,
    // A path that cannot be decoded never reaches a route; the framework's own answer would echo it.
    frameworkErrors: (error, request, reply) => {
      setCommonHeaders(request, reply);
      handleError(error, request, reply);
    },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        allErrors: false,
        useDefaults: false,
        // `OneOfBy` in `schemas.ts`.
        discriminator: true,
      },
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** Builds the application with every route. */
export async function buildApp(deps: ApiDeps): Promise<App> {
  const app = createApp(deps);
  app.setErrorHandler((error: Error, request, reply) => handleError(error, request, reply));
  app.setNotFoundHandler(() => {
    throw new Problem('not_found');
  });
  await app.register(stopping);
  await app.register(requestGuard);
  await app.register(httpMetrics, { registry: deps.metrics });
  await app.register(overload, { temporal: deps.temporal });
  await app.register(openApi, {
    browsable: deps.config.NODE_ENV !== 'production',
    publicUrl: deps.config.PUBLIC_URL,
  });
  app.removeContentTypeParser('text/plain');
  await app.register(jsonBody);
  registerRoutes(app, deps);
  await app.ready();
  return app;
}
