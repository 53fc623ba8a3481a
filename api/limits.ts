/**
 * Request limits in front of any work: per client, per user, per address. Counted in Redis so that all instances
 * share them; while Redis is away every instance counts for itself.
 */
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import { countedAs } from '../network/ip-address';
import type { Config } from '../runtime/config';
import type { Redis } from '../storage/redis';
import { Problem } from './problem';

export interface Limits {
  /** Throws a 429 problem when the client is over its requests per second. */
  client(clientId: string): Promise<void>;
  /** Throws a 429 problem when the user is over its sign-ins per minute, which new backup codes count among. */
  userSignIns(userId: string): Promise<void>;
  /** Throws a 429 problem when a login is tried too often; `key` is its digest. */
  login(key: string): Promise<void>;
  /** For requests that name nothing valid (guessing): throws a 429 problem over the limit per address. */
  address(ip: string): Promise<void>;
  /** Throws a 429 problem when an address asks for recoveries too often. */
  recovery(ip: string): Promise<void>;
}

export function createLimits(redis: Redis, config: Config): Limits {
  const limiter = (keyPrefix: string, points: number, duration: number): RateLimiterAbstract =>
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix,
      points,
      duration,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
    });
  const clients = limiter('limit:client', config.CLIENT_REQUESTS_PER_SECOND, 1);
  const users = limiter('limit:user-sign-ins', config.USER_SIGN_INS_PER_MINUTE, 60);
  const logins = limiter('limit:login', config.LOGIN_ATTEMPTS_PER_MINUTE, 60);
  const addresses = limiter('limit:ip', config.IP_PUBLIC_REQUESTS_PER_SECOND, 1);
  const recoveries = limiter('limit:recovery', config.RECOVERIES_PER_ADDRESS_PER_MINUTE, 60);
  return {
    client: (clientId) => consume(clients, clientId),
    userSignIns: (userId) => consume(users, userId),
    login: (key) => consume(logins, key),
    address: (ip) => consume(addresses, countedAs(ip)),
    recovery: (ip) => consume(recoveries, countedAs(ip)),
  };
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new Problem('rate_limited', {
      retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)),
    });
  }
}
