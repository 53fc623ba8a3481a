/**
 * The cache connection. Redis is never needed to be right: every command gives up after 50 ms, nothing queues
 * while it is away, and callers read Postgres instead.
 */
import { Redis } from 'ioredis';

export type { Redis };

export const REDIS_COMMAND_TIMEOUT_MS = 50;

/** Opens the connection and keeps reconnecting in the background. `onError` hears of each failed try. */
export function createRedis(redisUrl: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(redisUrl, {
    commandTimeout: REDIS_COMMAND_TIMEOUT_MS,
    connectTimeout: 1_000,
    disconnectTimeout: 200,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt: number) => Math.min(100 * attempt, 1_000),
  });
  redis.on('error', onError);
  return redis;
}
