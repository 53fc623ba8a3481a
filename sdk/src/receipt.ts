/** Checking a receipt without asking the API. It says what was proven; that it is used once, only `redeem` can say. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { MfaReceiptError, MfaUnavailableError } from './errors';
import { transactionHash, type Transaction } from './transaction';

const CLOCK_TOLERANCE_SECONDS = 5;

export interface ReceiptExpectation {
  /** The API's public origin, `PUBLIC_URL`. */
  readonly issuer: string;
  /** Your application: a receipt for another one proves nothing here. */
  readonly clientId: string;
  /** What was to be proven; without it only the receipt of a sign-in is accepted. */
  readonly action?: string;
  /** What was to be approved; without it only a receipt without a transaction is accepted. */
  readonly transaction?: Transaction;
  /** How long ago the newest factor may have been proven. */
  readonly maxAgeSeconds?: number;
}

export type ReceiptKeys = { readonly jwksUri: string } | { readonly jwks: JSONWebKeySet };

/** What a receipt says. */
export interface Receipt {
  readonly userId: string;
  readonly sessionId: string;
  readonly decisionId: string;
  /** `urn:zewstid:acr:pwd`: no MFA; `urn:zewstid:acr:mfa`; `urn:zewstid:acr:phr`. */
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** When the newest factor was proven. */
  readonly authTime: Date;
  readonly action: string | undefined;
}

/**
 * Verifies signature, issuer, audience, lifetime, action, transaction and age.
 * @throws MfaReceiptError, or MfaUnavailableError when the keys cannot be read
 */
export async function verifyReceipt(
  receipt: string,
  expected: ReceiptExpectation & ReceiptKeys,
): Promise<Receipt> {
  const payload = await verifyToken(receipt, expected);
  const { action, transaction, maxAgeSeconds } = expected;
  // Exactly: the receipt of one action or transaction is none of another, and none of a plain sign-in.
  if (payload['action'] !== action) throw new MfaReceiptError('action');
  const hash = transaction && (await transactionHash(transaction));
  if (payload['transaction_hash'] !== hash) throw new MfaReceiptError('transaction');
  const read = readReceipt(payload);
  if (!read) throw new MfaReceiptError('token');
  if (maxAgeSeconds !== undefined && !isFresh(read.authTime, maxAgeSeconds))
    throw new MfaReceiptError('too_old');
  return read;
}

/** Whether a proof is young enough; one from the future is not. */
export function isFresh(authTime: Date, maxAgeSeconds: number): boolean {
  const ageSeconds = (Date.now() - authTime.getTime()) / 1_000;
  return ageSeconds >= -CLOCK_TOLERANCE_SECONDS && ageSeconds <= maxAgeSeconds;
}

/** The claims of a receipt whose signature was, or will be, checked elsewhere. */
export function readReceipt(payload: JWTPayload): Receipt | undefined {
  const { sub, sid, acr, amr, auth_time: authTime, decision_id: decisionId, action } = payload;
  const isReceipt =
    typeof sub === 'string' &&
    typeof sid === 'string' &&
    typeof decisionId === 'string' &&
    typeof acr === 'string' &&
    Array.isArray(amr) &&
    amr.every((method) => typeof method === 'string') &&
    typeof authTime === 'number' &&
    (action === undefined || typeof action === 'string');
  if (!isReceipt) return undefined;
  return { userId: sub, sessionId: sid, decisionId, acr, amr, authTime: new Date(authTime * 1_000), action };
}

async function verifyToken(receipt: string, expected: ReceiptExpectation & ReceiptKeys): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(receipt, keysOf(expected), {
      issuer: expected.issuer,
      audience: expected.clientId,
      // `none` and HMAC with the public key are no algorithms here; an access token is no receipt.
      algorithms: ['EdDSA'],
      typ: 'receipt+jwt',
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat', 'auth_time'],
    });
    return payload;
  } catch (cause) {
    throw isFaultOfToken(cause)
      ? new MfaReceiptError('token', { cause })
      : new MfaUnavailableError(undefined, { cause });
  }
}

/** Anything else went wrong while reading the keys. */
function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  );
}

/** One a URI, since each keeps the keys it has read. URIs come from configuration, so there are few. */
const remoteKeys = new Map<string, JWTVerifyGetKey>();

function keysOf(keys: ReceiptKeys): JWTVerifyGetKey {
  if ('jwks' in keys) return createLocalJWKSet(keys.jwks);
  const known = remoteKeys.get(keys.jwksUri) ?? createRemoteJWKSet(new URL(keys.jwksUri));
  remoteKeys.set(keys.jwksUri, known);
  return known;
}
