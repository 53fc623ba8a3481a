/**
 * `user:{id}:mfa:last`: a hash from session to proof time (epoch ms), 1800 s. It only spares reads: a hit is always
 * confirmed in Postgres, because a proof may have been revoked since.
 */
import { PROOF_SECONDS } from '../domain/session';
import type { Redis } from './redis';

/** Remembers a proof. Throws when Redis does not answer; callers log and go on. */
export async function cacheLastMfa(
  redis: Redis,
  proof: { userId: string; sessionId: string; at: number },
): Promise<void> {
  const key = `user:${proof.userId}:mfa:last`;
  await redis.multi().hset(key, proof.sessionId, String(proof.at)).expire(key, PROOF_SECONDS).exec();
}
