/** The policy cache: a late reader cannot put an old policy back after it was evicted. */
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { cachePolicy, evictPolicy, POLICY_TTL_SECONDS, readCachedPolicy } from '../../storage/policy-cache';
import { testEnvironment } from '../support/database';

describe('the policy cache', () => {
  let redis: Redis;
  beforeAll(() => {
    // The product's own connection gives up after 50 ms, which a busy machine may need.
    redis = new Redis(testEnvironment('TEST_REDIS_URL'));
  });
  afterAll(() => redis.disconnect());

  const newClientId = () => `cache-${randomBytes(8).toString('hex')}`;
  const entry = (clientId: string, version: number) => ({ clientId, version, json: `"${version}"` });

  it('gives back what was cached, for 300 seconds at most', async () => {
    const clientId = newClientId();
    expect(await readCachedPolicy(redis, clientId)).toBeNull();
    await cachePolicy(redis, entry(clientId, 1));
    expect(await readCachedPolicy(redis, clientId)).toBe('"1"');
    const ttl = await redis.ttl(`mfa_policy:${clientId}`);
    expect(ttl).toBeGreaterThan(POLICY_TTL_SECONDS - 10);
    expect(ttl).toBeLessThanOrEqual(300);
  });

  it('is empty after an eviction', async () => {
    const clientId = newClientId();
    await cachePolicy(redis, entry(clientId, 1));
    await evictPolicy(redis, clientId, 2);
    expect(await readCachedPolicy(redis, clientId)).toBeNull();
  });

  it('refuses the old policy of a reader who loaded it before the eviction, and takes the new one', async () => {
    const clientId = newClientId();
    await evictPolicy(redis, clientId, 5);
    await cachePolicy(redis, entry(clientId, 4));
    expect(await readCachedPolicy(redis, clientId)).toBeNull();
    await cachePolicy(redis, entry(clientId, 5));
    expect(await readCachedPolicy(redis, clientId)).toBe('"5"');
  });

  it('remembers the version of an eviction longer than any entry lives', async () => {
    const clientId = newClientId();
    await evictPolicy(redis, clientId, 5);
    const floor = await redis.ttl(`{mfa_policy:${clientId}}:floor`);
    expect(floor).toBeGreaterThan(POLICY_TTL_SECONDS);
  });

  it('keeps the newest of two evictions that arrive in the wrong order', async () => {
    const clientId = newClientId();
    await evictPolicy(redis, clientId, 7);
    await evictPolicy(redis, clientId, 6);
    await cachePolicy(redis, entry(clientId, 6));
    expect(await readCachedPolicy(redis, clientId)).toBeNull();
  });
});
