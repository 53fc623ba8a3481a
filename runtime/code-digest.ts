/**
 * A code in the only form that leaves the API: `HMAC(codes, session ‖ method ‖ code)`. The same code in another
 * session has another digest, so history tells nothing and nothing in it can be replayed.
 */
import type { KeyRing } from './keys';

export interface CodeDigest {
  readonly digest: Buffer;
  readonly keyId: string;
}

/** Digests a typed code, by the current key or by the one that digested the answer it is compared with. */
export function digestCode(
  keys: KeyRing,
  answer: { sessionIdHash: string; method: string; code: string },
  keyId: string = keys.currentId,
): CodeDigest {
  return { digest: keys.digest('codes', [answer.sessionIdHash, answer.method, answer.code], keyId), keyId };
}
