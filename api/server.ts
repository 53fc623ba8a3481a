/** Wires the HTTP application to its dependencies, and listens. */
import { createMetricsServer } from '../runtime/metrics';
import type { Config } from '../runtime/config';
import type { BaseDeps } from '../runtime/deps';
import { createTemporalClient } from '../runtime/temporal-connection';
import { createTokens } from '../runtime/tokens';
import { createTrustedIssuers, parseTrustedIssuers } from '../runtime/trusted-issuers';
import { buildApp } from './app';
import { createClientAuthentication } from './client-authentication';
import { createCodecServer } from './codec-server';
import { createDpop } from './dpop';
import { createLimits } from './limits';
import type { HostedWorker } from './temporal-decision';
import { createTemporalGateway } from './temporal-gateway';

/** Serves until `close`, which finishes the requests that are under way. `base` stays open: it is the caller's. */
export async function startApi(
  config: Config,
  base: BaseDeps,
  host?: HostedWorker,
): Promise<{ close: () => Promise<void> }> {
  const { pool, keys, logger, redis } = base;
  const tokens = await createTokens(pool, keys, { issuer: config.PUBLIC_URL });
  const dpop = createDpop({ pool, publicUrl: config.PUBLIC_URL });
  const client = createTemporalClient(config, keys);
  const temporal = createTemporalGateway(client, config, host);
  const app = await buildApp({
    ...base,
    config,
    tokens,
    issuers: createTrustedIssuers(parseTrustedIssuers(config.TRUSTED_ISSUERS, config.PUBLIC_URL)),
    temporal,
    clients: createClientAuthentication({ pool, keys, tokens, dpop }),
    dpop,
    limits: createLimits(redis, config),
  });
  const metrics = await createMetricsServer(base.metrics, { host: config.HOST, port: config.METRICS_PORT });
  const codec = config.CODEC_PORT === 0 ? undefined : await createCodecServer({ config, keys, logger });
  await app.listen({ host: config.HOST, port: config.PORT });
  logger.info({ host: config.HOST, port: config.PORT }, 'API is listening');
  return {
    async close() {
      await app.close();
      await temporal.ended();
      await codec?.close();
      await metrics.close();
      await client.connection.close();
    },
  };
}
