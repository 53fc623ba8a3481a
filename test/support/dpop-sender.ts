/** Somebody with a key: proofs as a client makes them (RFC 9449 §4.2), and as an attacker would. */
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export interface ProofOptions {
  /** `undefined` leaves a claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs instead of the sender's own key. */
  readonly key?: CryptoKey | Uint8Array;
}

export interface Target {
  readonly method: string;
  readonly url: string;
  /** The access token that the proof goes with. */
  readonly token?: string | undefined;
}

export interface DpopSender {
  readonly jkt: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  prove(target: Target, options?: ProofOptions): Promise<string>;
}

export const athOf = (token: string) => createHash('sha256').update(token).digest('base64url');

export async function newSender(alg = 'ES256'): Promise<DpopSender> {
  const pair = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  return {
    jkt: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    privateJwk: await exportJWK(pair.privateKey),
    prove({ method, url, token }, { claims, header, key = pair.privateKey } = {}) {
      const payload = {
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1_000),
        ...(token !== undefined && { ath: athOf(token) }),
        ...claims,
      };
      const protectedHeader = { alg, typ: 'dpop+jwt', jwk: publicJwk, ...header };
      return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key, {
        // An attacker's library does not mind.
        crit: { x: true },
      });
    },
  };
}
