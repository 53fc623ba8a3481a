/**
 * Requests signed by an authenticator device: what is signed, and whether a signature holds. Pure: whether a request is
 * recent and new is for the caller to settle, who has a store. ES256 (ECDSA, P-256, SHA-256) in IEEE P1363 form.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

const VERSION = 'zewstid-device-v1';
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
/** n of P-256 (NIST SP 800-186 §3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A request as its device signed it. */
export interface SignedRequest {
  /** The public origin of the API: a request to one deployment is none to another. */
  readonly audience: string;
  readonly deviceId: string;
  readonly method: string;
  /** Path with query, as it was sent. */
  readonly target: string;
  /** Epoch seconds, as text. */
  readonly time: string;
  readonly nonce: string;
  /** As received, byte by byte. */
  readonly body: Buffer;
}

/** The text that is signed. No part but the last can hold a line break. */
export function signedText(request: SignedRequest): string {
  const { audience, deviceId, method, target, time, nonce, body } = request;
  const bodyHash = createHash('sha256').update(body).digest('hex');
  return [VERSION, audience, deviceId, method, target, time, nonce, bodyHash].join('\n');
}

/** Whether `signature` (base64url) is this key's over this request. False for whatever is wrong with any of them. */
export function isSignedBy(jwk: object, request: SignedRequest, signature: string): boolean {
  if (!SIGNATURE.test(signature)) return false;
  const bytes = Buffer.from(signature, 'base64url');
  // One signature, one spelling: the last character of unpadded base64url has bits to spare.
  if (bytes.toString('base64url') !== signature || !isLowS(bytes)) return false;
  const key = importDeviceKey(jwk);
  if (!key) return false;
  return verify('sha256', Buffer.from(signedText(request)), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}

/** Malleability: of the two signatures that ECDSA has for every one made, (r, s) and (r, n − s), one counts. */
function isLowS(signature: Buffer): boolean {
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  return s > 0n && s <= ORDER / 2n;
}

/** The key, or `undefined` for what is no point of P-256 (invalid curve attack). */
export function importDeviceKey(jwk: object): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isP256 ? key : undefined;
  } catch {
    return undefined;
  }
}
