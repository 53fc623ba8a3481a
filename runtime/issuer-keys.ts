/**
 * The keys of one other issuer, from its JWK set. Owns: when to fetch, and what holds while the issuer does not answer.
 * Must never let strangers make us fetch at will: an unknown key id asks at most once per cooldown.
 */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwksCache,
  type ExportedJWKSCache,
  type JWTVerifyGetKey,
} from 'jose';

const TIMEOUT_MS = 2_000;
/** A fetched set is used this long without asking. */
const MAX_AGE_MS = 600_000;
/** After a fetch an unknown key id asks again only this much later. */
const COOLDOWN_MS = 30_000;
/** After a failed fetch nobody waits for another one until this much later. */
const RETRY_MS = 5_000;
/** While the issuer is away its last keys go on; but one that it withdrew must not live on for ever. */
const STALE_MS = 86_400_000;

/** The JWK set cannot be fetched and the last one does not have the key. */
export class IssuerKeysUnavailableError extends Error {
  constructor() {
    super("the issuer's keys cannot be fetched");
    this.name = 'IssuerKeysUnavailableError';
  }
}

export type IssuerKeys = JWTVerifyGetKey;

/** A resolver for `jwtVerify`; throws `IssuerKeysUnavailableError`, or what jose throws for a key that does not exist. */
export function createIssuerKeys(url: URL): IssuerKeys {
  const cache: Partial<ExportedJWKSCache> = {};
  let failedAt = -Infinity;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    [jwksCache]: cache as ExportedJWKSCache | Record<string, never>,
  });

  return async (header, token) => {
    if (Date.now() - failedAt < RETRY_MS) return lastKnown(header, token);
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      failedAt = Date.now();
      return lastKnown(header, token);
    }
  };

  async function lastKnown(...[header, token]: Parameters<IssuerKeys>) {
    const { jwks, uat } = cache;
    if (!jwks || uat === undefined || Date.now() - uat > STALE_MS) throw new IssuerKeysUnavailableError();
    return createLocalJWKSet(jwks)(header, token).catch((error: unknown) => {
      // It may be newer than what we have, so nobody is told that it does not exist.
      throw error instanceof errors.JWKSNoMatchingKey ? new IssuerKeysUnavailableError() : error;
    });
  }
}

/** Fetching worked; the set has no such key, or several, or one for another algorithm. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
