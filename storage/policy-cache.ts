/**
 * The policy cache `mfa_policy:{clientId}` (300 s). A PATCH evicts the entry and leaves the new version behind as
 * a floor, so that a reader who loaded the old policy before the PATCH cannot put it back afterwards.
 * Whatever goes wrong here means: read Postgres.
 */
import type { Redis } from './redis';

export const POLICY_TTL_SECONDS = 300;

const policyKey = (clientId: string) => `mfa_policy:${clientId}`;
/** The braces make a cluster keep both keys in one slot (the tag is the other key's whole name). */
const floorKey = (clientId: string) => `{${policyKey(clientId)}}:floor`;

const SET_UNLESS_OLDER = `
local floor = tonumber(redis.call('get', KEYS[2]) or '0')
if floor > tonumber(ARGV[1]) then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;

const EVICT = `
local floor = tonumber(redis.call('get', KEYS[2]) or '0')
redis.call('del', KEYS[1])
redis.call('set', KEYS[2], math.max(floor, tonumber(ARGV[1])), 'EX', ARGV[2])
return 1`;

/** The cached text, or null. Throws when Redis does not answer in time. */
export function readCachedPolicy(redis: Redis, clientId: string): Promise<string | null> {
  return redis.get(policyKey(clientId));
}

/** Caches a policy unless a newer version is known to exist. */
export async function cachePolicy(
  redis: Redis,
  entry: { clientId: string; version: number; json: string },
): Promise<void> {
  const { clientId, version, json } = entry;
  await redis.eval(
    SET_UNLESS_OLDER,
    2,
    policyKey(clientId),
    floorKey(clientId),
    version,
    json,
    POLICY_TTL_SECONDS,
  );
}

/** Evicts a policy after a change to `version`. */
export async function evictPolicy(redis: Redis, clientId: string, version: number): Promise<void> {
  await redis.eval(EVICT, 2, policyKey(clientId), floorKey(clientId), version, POLICY_TTL_SECONDS + 10);
}
