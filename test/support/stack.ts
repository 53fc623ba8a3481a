/**
 * The whole product inside the test process: real Postgres (own database), Redis, Temporal (own task queue), the
 * HTTP application on a port, a worker. For tests that kill processes see `test/support/instance.ts`.
 */
import { randomBytes } from 'node:crypto';
import { buildApp } from '../../api/app';
import { createClientAuthentication } from '../../api/client-authentication';
import type { ApiDeps } from '../../api/deps';
import { createDpop } from '../../api/dpop';
import { createLimits } from '../../api/limits';
import { createTemporalGateway } from '../../api/temporal-gateway';
import { seed } from '../../cli/seed';
import type { NetworkIntelligence } from '../../network/network-intelligence';
import { loadConfig, type Config } from '../../runtime/config';
import { createBaseDeps } from '../../runtime/deps';
import { createTemporalClient } from '../../runtime/temporal-connection';
import { createTokens } from '../../runtime/tokens';
import { createTrustedIssuers, parseTrustedIssuers } from '../../runtime/trusted-issuers';
import { persistently } from '../api/support/patience';
import { createTestDatabase, testEnvironment, type TestDatabase } from './database';
import { createHttpClient, type HttpClient } from './http-client';
import { FakeNetwork } from './fake-network';
import { startStackWorker, type StackWorkerOptions } from './stack-worker';

export const SECRETS = {
  operator: { clientSecret: 'operator-secret' },
  demo: {
    clientSecret: 'demo-secret',
    password: 'demo-password',
    totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  },
  admin: { password: 'admin-password', totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR' },
} as const;

export interface Stack extends HttpClient {
  readonly config: Config;
  readonly deps: ApiDeps;
  readonly database: TestDatabase;
  /** What addresses tell, to be set by the test: the outside world is the only thing faked. */
  readonly network: FakeNetwork;
  readonly demoUserId: string;
  stop(): Promise<void>;
}

export interface StackOptions extends StackWorkerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Uses these databases and lists instead of the settable ones. */
  readonly network?: NetworkIntelligence;
  /** Without a worker nothing is decided. An instance beside another has none unless this says `false`. */
  readonly withoutWorker?: boolean;
  /** The API does not know of the worker: every answer takes the way over the Temporal server. */
  readonly withoutHosting?: boolean;
  /** A 503 is final: for tests that bring it about. */
  readonly impatient?: boolean;
  /** A second API instance beside this stack: its database, keys, Redis and worker. Stop it first. */
  readonly beside?: Stack;
}

/** Starts the product; call `stop` in `afterAll`. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { beside } = options;
  const database = beside?.database ?? (await createTestDatabase());
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://api.test',
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl(),
    TEMPORAL_ADDRESS: testEnvironment('TEST_TEMPORAL_ADDRESS'),
    MASTER_KEY: beside?.config.MASTER_KEY ?? randomBytes(32).toString('base64'),
    DECISIONS_TASK_QUEUE:
      beside?.config.DECISIONS_TASK_QUEUE ?? `${randomBytes(6).toString('hex')}-decisions`,
    USER_SIGN_INS_PER_MINUTE: '100000',
    IP_PUBLIC_REQUESTS_PER_SECOND: '100000',
    RECOVERIES_PER_ADDRESS_PER_MINUTE: '100000',
    CLIENT_REQUESTS_PER_SECOND: '100000',
    ...options.env,
  });
  // A busy machine may take longer than the second that a process gives Postgres.
  const base = await persistently(() => createBaseDeps(config, 'test'));
  const demoUserId = beside?.demoUserId ?? (await persistently(() => seed(base, SECRETS))).demo.userId;
  const network = beside?.network ?? new FakeNetwork();
  const withoutWorker = options.withoutWorker ?? beside !== undefined;
  const looked = { base, network: options.network ?? network };
  const worker = withoutWorker ? undefined : await startStackWorker(config, looked, options);
  const tokens = await createTokens(base.pool, base.keys, { issuer: config.PUBLIC_URL });
  const dpop = createDpop({ pool: base.pool, publicUrl: config.PUBLIC_URL });
  const client = createTemporalClient(config, base.keys);
  const deps: ApiDeps = {
    ...base,
    config,
    tokens,
    issuers: createTrustedIssuers(parseTrustedIssuers(config.TRUSTED_ISSUERS, config.PUBLIC_URL)),
    temporal: createTemporalGateway(client, config, options.withoutHosting ? undefined : worker?.hosted),
    clients: createClientAuthentication({ ...base, tokens, dpop }),
    dpop,
    limits: createLimits(base.redis, config),
  };
  const app = await buildApp(deps);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...createHttpClient(
      address,
      { operator: SECRETS.operator.clientSecret, 'demo-shop': SECRETS.demo.clientSecret },
      { patient: options.impatient !== true },
    ),
    config,
    deps,
    database,
    network,
    demoUserId,
    async stop() {
      await app.close();
      await deps.temporal.ended();
      await worker?.stop();
      await client.connection.close();
      await base.close();
      if (!beside) await database.drop();
    },
  };
}

/** A Redis database for each Jest worker: test files that run at the same time must not meet in a cache or a limit. */
function redisUrl(): string {
  const url = new URL(testEnvironment('TEST_REDIS_URL'));
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? '1') % 16}`;
  return url.href;
}
