/** The API process: builds the application, listens, and stops gracefully. */
import closeWithGrace from 'close-with-grace';
import { loadConfig } from '../runtime/config';
import { createBaseDeps } from '../runtime/deps';
import { createMetricsServer } from '../runtime/metrics';
import { createTemporalClient } from '../runtime/temporal-connection';
import { createTokens } from '../runtime/tokens';
import { createTrustedIssuers, parseTrustedIssuers } from '../runtime/trusted-issuers';
import { buildApp } from './app';
import { createClientAuthentication } from './client-authentication';
import { createCodecServer } from './codec-server';
import { createDpop } from './dpop';
import { createLimits } from './limits';
import { createTemporalGateway } from './temporal-gateway';

async function main(): Promise<void> {
  const config = loadConfig();
  const base = await createBaseDeps(config, 'api');
  const { pool, keys, logger, redis } = base;
  const tokens = await createTokens(pool, keys, { issuer: config.PUBLIC_URL });
  const dpop = createDpop({ pool, publicUrl: config.PUBLIC_URL });
  const client = createTemporalClient(config, keys);
  const app = await buildApp({
    ...base,
    config,
    tokens,
    issuers: createTrustedIssuers(parseTrustedIssuers(config.TRUSTED_ISSUERS, config.PUBLIC_URL)),
    temporal: createTemporalGateway(client, config),
    clients: createClientAuthentication({ pool, keys, tokens, dpop }),
    dpop,
    limits: createLimits(redis, config),
  });
  const metrics = await createMetricsServer(base.metrics, { host: config.HOST, port: config.METRICS_PORT });
  const codec = config.CODEC_PORT === 0 ? undefined : await createCodecServer({ config, keys, logger });
  await app.listen({ host: config.HOST, port: config.PORT });
  logger.info({ host: config.HOST, port: config.PORT }, 'API is listening');

  closeWithGrace({ delay: 5_500, logger: false }, async ({ err }) => {
    if (err) logger.error({ cause: err.name }, 'API stops after an error');
    await app.close();
    await codec?.close();
    await metrics.close();
    await client.connection.close();
    await base.close();
  });
}

void main().catch((error: unknown) => {
  process.stderr.write(`API cannot run: ${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exit(1);
});
