/** Makes identifiers and bearer secrets from the operating system's randomness. */
import { createHash, randomBytes } from 'node:crypto';
import type { DecisionId, IdPrefix, SessionIdHash } from '../domain/ids';

/** A fresh id, for example `usr_Zk3…` (128 random bits, base64url). */
export function newId<T extends string>(prefix: IdPrefix): T {
  return `${prefix}_${randomBytes(16).toString('base64url')}` as T;
}

/** A bearer secret of 256 random bits, base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The only form of a bearer secret that is stored or enters a workflow: base64url(SHA-256). */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Names an MFA session without being able to use it. */
export function hashMfaSessionId(mfaSessionId: string): SessionIdHash {
  return hashSecret(mfaSessionId) as SessionIdHash;
}

/**
 * The id of the decision on an attempt, derived from its session's hash: one attempt has one decision id,
 * known even when nothing could be recorded.
 */
export function decisionIdOf(sessionIdHash: string): DecisionId {
  return `dec_${sessionIdHash.slice(0, 22)}` as DecisionId;
}
