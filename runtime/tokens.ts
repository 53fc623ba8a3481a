/**
 * Signed tokens (JWT, RFC 7519; EdDSA, RFC 8037): access tokens (RFC 9068) and receipts. Which keys sign and verify
 * is the business of `signing-keys.ts`; tokens of other issuers are that of `trusted-issuers.ts`.
 */
import { errors, jwtVerify, SignJWT, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { RECEIPT_LIFETIME_SECONDS } from '../domain/credentials/receipt';
import type { KeyRing } from './keys';
import { newId } from './random-ids';
import { createSigningKeys, SIGNING_ALG } from './signing-keys';
import { isStoreOutage, type Pool } from '../storage/postgres';

export const ACCESS_TOKEN_SECONDS = 3_600;
const CLOCK_TOLERANCE_SECONDS = 5;

type TokenType = 'at+jwt' | 'receipt+jwt';

/** What was proven, and when. */
export interface Authentication {
  /** `urn:zewstid:acr:…`. */
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** When the newest factor was proven, epoch ms. */
  readonly authTimeMs: number;
}

export interface ReceiptClaims extends Authentication {
  readonly userId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly decisionId: string;
  /** Epoch ms; fixed by the stored row, so that asking again gives the same receipt. */
  readonly issuedAtMs: number;
  /** Of a step-up: what it is for, and the transaction it is bound to. */
  readonly action?: string | undefined;
  readonly transactionHash?: string | undefined;
}

export interface Tokens {
  signReceipt(claims: ReceiptClaims): Promise<string>;
  signAccessToken(claims: {
    subject: string;
    clientId: string;
    scope: string;
    sid?: string;
    /** Thumbprint of the only key whose holder may use the token (RFC 9449 §6.1). */
    jkt?: string | undefined;
    /** Of a user: how the session was authenticated (RFC 9470 §6). */
    authentication?: Authentication;
    /** The latest end, epoch ms: no token says that it outlives its session. */
    notAfterMs?: number;
    /** Which secret of the client earned the token. */
    secretVersion?: number;
  }): Promise<string>;
  /** The claims of one of our own, unexpired access tokens; `undefined` for anything else. */
  verifyAccessToken(token: string): Promise<JWTPayload | undefined>;
  /** The claims of one of our own, unexpired receipts for a client; `undefined` for anything else. */
  verifyReceipt(receipt: string, clientId: string): Promise<JWTPayload | undefined>;
  /** The public keys (RFC 7517): the one that signs and those before it whose tokens may still live. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** Loads (or makes) the signing keys. `issuer` is the API's public origin; `now` a monotonic clock in ms. */
export async function createTokens(
  pool: Pool,
  keys: KeyRing,
  { issuer, now }: { issuer: string; now?: () => number },
): Promise<Tokens> {
  const signingKeys = await createSigningKeys(pool, keys, now);
  const sign = async (payload: JWTPayload, type: TokenType) => {
    const { kid, key } = await signingKeys.signing();
    return new SignJWT(payload)
      .setProtectedHeader({ alg: SIGNING_ALG, kid, typ: type })
      .setIssuer(issuer)
      .sign(key);
  };
  const getKey: JWTVerifyGetKey = async ({ kid }) => {
    const key = await signingKeys.verifying(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return {
    signReceipt: (claims) => sign(receiptPayload(claims), 'receipt+jwt'),
    signAccessToken: (claims) => sign(accessTokenPayload(claims, issuer), 'at+jwt'),
    verifyAccessToken: (token) => verify(token, { issuer, audience: issuer, typ: 'at+jwt' }, getKey),
    verifyReceipt: (token, audience) => verify(token, { issuer, audience, typ: 'receipt+jwt' }, getKey),
    jwks: () => signingKeys.published(),
  };
}

/**
 * The claims, or `undefined` for whatever is wrong with the token. A store that cannot tell whether a key exists throws.
 */
async function verify(
  token: string,
  expected: { issuer: string; audience: string; typ: TokenType },
  getKey: JWTVerifyGetKey,
): Promise<JWTPayload | undefined> {
  try {
    // Algorithm, type, issuer and audience are fixed: a receipt is no access token, `none` is no algorithm.
    const verified = await jwtVerify(token, getKey, {
      ...expected,
      algorithms: [SIGNING_ALG],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    return verified.payload;
  } catch (error) {
    if (isStoreOutage(error)) throw error;
    return undefined;
  }
}

function accessTokenPayload(
  {
    subject,
    clientId,
    scope,
    sid,
    jkt,
    authentication,
    notAfterMs = Infinity,
    secretVersion,
  }: Parameters<Tokens['signAccessToken']>[0],
  audience: string,
): JWTPayload {
  const iat = Math.floor(Date.now() / 1_000);
  const exp = Math.min(iat + ACCESS_TOKEN_SECONDS, Math.floor(notAfterMs / 1_000));
  const claims = {
    sub: subject,
    client_id: clientId,
    aud: audience,
    scope,
    iat,
    exp,
    jti: newId<string>('key'),
  };
  return {
    ...claims,
    ...(sid !== undefined && { sid }),
    ...(jkt !== undefined && { cnf: { jkt } }),
    ...(authentication && authenticationClaims(authentication)),
    ...(secretVersion !== undefined && { secret_version: secretVersion }),
  };
}

function authenticationClaims({ acr, amr, authTimeMs }: Authentication) {
  return { acr, amr: [...amr], auth_time: Math.floor(authTimeMs / 1_000) };
}

function receiptPayload(claims: ReceiptClaims): JWTPayload {
  const iat = Math.floor(claims.issuedAtMs / 1_000);
  return {
    sub: claims.userId,
    aud: claims.clientId,
    sid: claims.sessionId,
    ...authenticationClaims(claims),
    decision_id: claims.decisionId,
    jti: claims.decisionId,
    iat,
    exp: iat + RECEIPT_LIFETIME_SECONDS,
    ...(claims.action !== undefined && { action: claims.action }),
    ...(claims.transactionHash !== undefined && { transaction_hash: claims.transactionHash }),
  };
}
