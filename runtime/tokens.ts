/**
 * Signed tokens (JWT, RFC 7519; EdDSA, RFC 8037): access tokens (RFC 9068) and receipts. The signing key lives sealed
 * in Postgres; its public half is published as a JWK set (RFC 7517).
 */
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { RECEIPT_LIFETIME_SECONDS } from '../domain/credentials/receipt';
import { newId } from './random-ids';
import { seal, unseal, type KeyRing } from './keys';
import { ensureSigningKey, type SigningKeyRow } from '../storage/key-store';
import type { Pool } from '../storage/postgres';

const ALG = 'EdDSA';
export const ACCESS_TOKEN_SECONDS = 3_600;
const CLOCK_TOLERANCE_SECONDS = 5;

type TokenType = 'at+jwt' | 'receipt+jwt';

export interface ReceiptClaims {
  readonly userId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly decisionId: string;
  /** `urn:zewstid:acr:…`. */
  readonly acr: string;
  /** RFC 8176. */
  readonly amr: readonly string[];
  /** When the newest factor was proven, epoch ms. */
  readonly authTimeMs: number;
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
  }): Promise<string>;
  /** The claims of one of our own, unexpired access tokens; `undefined` for anything else. */
  verifyAccessToken(token: string): Promise<JWTPayload | undefined>;
  /** The claims of one of our own, unexpired receipts for a client; `undefined` for anything else. */
  verifyReceipt(receipt: string, clientId: string): Promise<JWTPayload | undefined>;
  jwks(): { keys: Record<string, unknown>[] };
}

/** Loads (or makes) the signing keys. `issuer` is the API's public origin. */
export async function createTokens(pool: Pool, keys: KeyRing, issuer: string): Promise<Tokens> {
  const rows = await ensureSigningKey(pool, () => newSigningKey(keys));
  const [current] = rows;
  if (!current) throw new Error('there is no signing key');
  const privateKey = await importJWK(openPrivateJwk(keys, current), ALG);
  const publicKeys = new Map(
    await Promise.all(
      rows.map(async (row) => [row.kid, await importJWK(row.publicJwk as JWK, ALG)] as const),
    ),
  );
  const sign = (payload: JWTPayload, type: TokenType) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: ALG, kid: current.kid, typ: type })
      .setIssuer(issuer)
      .sign(privateKey);
  const getKey: JWTVerifyGetKey = ({ kid }) => publicKeyOf(publicKeys, kid);
  return {
    signReceipt: (claims) => sign(receiptPayload(claims), 'receipt+jwt'),
    signAccessToken: (claims) => sign(accessTokenPayload(claims, issuer), 'at+jwt'),
    verifyAccessToken: (token) => verify(token, { issuer, audience: issuer, typ: 'at+jwt' }, getKey),
    verifyReceipt: (token, audience) => verify(token, { issuer, audience, typ: 'receipt+jwt' }, getKey),
    jwks: () => ({ keys: rows.map((row) => ({ ...row.publicJwk, kid: row.kid, alg: row.alg, use: 'sig' })) }),
  };
}

/** Algorithm, type, issuer and audience are fixed: a receipt is no access token, `none` is no algorithm. */
async function verify(
  token: string,
  expected: { issuer: string; audience: string; typ: TokenType },
  getKey: JWTVerifyGetKey,
): Promise<JWTPayload | undefined> {
  try {
    const verified = await jwtVerify(token, getKey, {
      ...expected,
      algorithms: [ALG],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
    });
    return verified.payload;
  } catch {
    return undefined;
  }
}

function accessTokenPayload(
  { subject, clientId, scope, sid }: Parameters<Tokens['signAccessToken']>[0],
  audience: string,
): JWTPayload {
  const iat = Math.floor(Date.now() / 1_000);
  const exp = iat + ACCESS_TOKEN_SECONDS;
  const claims = {
    sub: subject,
    client_id: clientId,
    aud: audience,
    scope,
    iat,
    exp,
    jti: newId<string>('key'),
  };
  return { ...claims, ...(sid !== undefined && { sid }) };
}

function publicKeyOf<K>(known: ReadonlyMap<string, K>, kid: string | undefined): K {
  const key = known.get(kid ?? '');
  if (!key) throw new Error('unknown key');
  return key;
}

function receiptPayload(claims: ReceiptClaims): JWTPayload {
  const iat = Math.floor(claims.issuedAtMs / 1_000);
  return {
    sub: claims.userId,
    aud: claims.clientId,
    sid: claims.sessionId,
    acr: claims.acr,
    amr: [...claims.amr],
    auth_time: Math.floor(claims.authTimeMs / 1_000),
    decision_id: claims.decisionId,
    jti: claims.decisionId,
    iat,
    exp: iat + RECEIPT_LIFETIME_SECONDS,
    ...(claims.action !== undefined && { action: claims.action }),
    ...(claims.transactionHash !== undefined && { transaction_hash: claims.transactionHash }),
  };
}

async function newSigningKey(keys: KeyRing): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(ALG, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const sealed = seal(keys, Buffer.from(JSON.stringify(await exportJWK(pair.privateKey))), [
    'signing-key',
    kid,
  ]);
  return {
    kid,
    alg: ALG,
    publicJwk: { ...publicJwk },
    sealedPrivateJwk: sealed.box,
    sealKeyId: sealed.keyId,
  };
}

function openPrivateJwk(keys: KeyRing, row: SigningKeyRow): JWK {
  const sealed = { keyId: row.sealKeyId, box: row.sealedPrivateJwk };
  return JSON.parse(unseal(keys, sealed, ['signing-key', row.kid]).toString('utf8')) as JWK;
}
