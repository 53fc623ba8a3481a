/** Composition root of what every process shares: configuration checked, keys checked, stores open. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createPool, type Pool } from '../storage/postgres';
import { createRedis, type Redis } from '../storage/redis';
import type { Config } from './config';
import { assertMasterKey } from './key-check';
import { createKeyRing, type KeyRing } from './keys';
import { createLogger, type Logger } from './logger';
import { parseMailSettings } from './mail-settings';
import { createMailer, type Mailer } from './mailer';
import { relyingPartyOf, type RelyingParty } from './relying-party';

/** Two tries fit into the 600 ms that an assessment may take. */
const RISK_STATEMENT_TIMEOUT_MS = 250;

export interface BaseDeps {
  readonly pool: Pool;
  /** For reading risk inputs only: a hung profile store must not take the connections that record decisions. */
  readonly riskPool: Pool;
  readonly redis: Redis;
  readonly keys: KeyRing;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Absent without `SMTP_URL`: notices stay in the outbox, where administrators read them. */
  readonly mailer: Mailer | undefined;
  /** In which language people are written to who have none of their own. */
  readonly defaultLocale: string;
  readonly relyingParty: RelyingParty;
  close(): Promise<void>;
}

/** Opens the stores. Throws when the master key does not belong to the database. */
export async function createBaseDeps(config: Config, processName: string): Promise<BaseDeps> {
  const logger = createLogger(processName, config.LOG_LEVEL);
  const keys = keyRingOf(config);
  const pool = createMainPool(config, processName, logger);
  const riskPool = createPool(config.DATABASE_URL, {
    size: config.PG_RISK_POOL_SIZE,
    name: `zewstid-${processName}-risk`,
    statementTimeoutMs: RISK_STATEMENT_TIMEOUT_MS,
    onError: (error) => logger.warn({ cause: error.name }, 'idle database connection broke'),
  });
  const redis = createRedis(config.REDIS_URL, createQuietReporter(logger));
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const mail = parseMailSettings(config);
  const close = async () => {
    redis.disconnect();
    await Promise.all([pool.end(), riskPool.end()]);
  };
  await assertMasterKey(pool, keys).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return {
    pool,
    riskPool,
    redis,
    keys,
    logger,
    metrics,
    mailer: mail && createMailer(mail),
    defaultLocale: config.DEFAULT_LOCALE,
    relyingParty: relyingPartyOf(config),
    close,
  };
}

/** A pool of the usual size and deadlines; whoever makes it ends it. */
export function createMainPool(config: Config, processName: string, logger: Logger): Pool {
  return createPool(config.DATABASE_URL, {
    size: config.PG_POOL_SIZE,
    name: `zewstid-${processName}`,
    onError: (error) => logger.warn({ cause: error.name }, 'idle database connection broke'),
  });
}

/** Logs that Redis is away once per minute instead of once per try. */
function createQuietReporter(logger: Logger): (error: Error) => void {
  let last = 0;
  return (error) => {
    if (Date.now() - last < 60_000) return;
    last = Date.now();
    logger.warn(
      { cause: (error as { code?: string }).code ?? error.name },
      'Redis is away; working without it',
    );
  };
}

function keyRingOf({ MASTER_KEY: current, MASTER_KEY_PREVIOUS: previous }: Config): KeyRing {
  return createKeyRing(
    current,
    previous.split(',').filter((key) => key !== ''),
  );
}
