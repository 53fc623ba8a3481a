/**
 * Access tokens of other issuers (RFC 9068, RFC 8725). Owns: which issuers are trusted, their keys, and what a token
 * must look like. Must never take a claim from a token whose signature, issuer, audience, times and type do not fit.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import { createIssuerKeys, IssuerKeysUnavailableError, type IssuerKeys } from './issuer-keys';

/** Asymmetric only: with HS256 the public key, which everybody has, would be the secret (RFC 8725 §2.1). */
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256', 'PS256'];
/** RFC 9068 §2.1; many issuers still write `JWT` or nothing. */
const TYPES = [undefined, 'jwt', 'at+jwt', 'application/at+jwt'];
const CLOCK_TOLERANCE_SECONDS = 5;

const Text = Type.String({ minLength: 1, maxLength: 512 });
const TrustedIssuerSchema = Type.Object(
  {
    /** Compared with `iss` as it is. */
    issuer: Text,
    jwksUri: Text,
    /** What `aud` must contain: the name of this API at the issuer, not that of an application. */
    audience: Text,
    /** The one application this issuer speaks for; without it the token's `azp` names the application. */
    clientId: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{2,62}$' })),
    /** What the issuer calls that application in `azp`, where it is not `clientId`. */
    azp: Type.Optional(Text),
  },
  { additionalProperties: false },
);
const TrustedIssuersSchema = Type.Array(TrustedIssuerSchema, { maxItems: 32 });

export type TrustedIssuer = Readonly<Static<typeof TrustedIssuerSchema>>;

/** Whom an accepted token names, in the issuer's words: `subject` and `sessionId` are external ids. */
export interface ExternalPrincipal {
  readonly subject: string;
  readonly sessionId: string;
  readonly clientId: string;
}

export type ExternalVerdict =
  /** `confirmation` is the token's `cnf` claim: whom it may come from is not checked here (RFC 7800). */
  | { readonly kind: 'accepted'; readonly principal: ExternalPrincipal; readonly confirmation: unknown }
  /** Not of a trusted issuer: perhaps one of our own tokens. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused' }
  /** The issuer's keys cannot be fetched, and none that we know fits. */
  | { readonly kind: 'unavailable' };

export interface TrustedIssuers {
  verify(token: string): Promise<ExternalVerdict>;
}

/**
 * Reads `TRUSTED_ISSUERS`, a JSON array; empty text means none. Throws, naming the variable but no value, for anything
 * that is not exactly the documented form. `ownIssuer` cannot be another issuer too.
 */
export function parseTrustedIssuers(text: string, ownIssuer: string): readonly TrustedIssuer[] {
  const issuers = text === '' ? [] : parseJson(text);
  const wrong = (what: string) => new Error(`TRUSTED_ISSUERS ${what}`);
  if (!Value.Check(TrustedIssuersSchema, issuers))
    throw wrong('must be a JSON array of {issuer, jwksUri, audience, clientId?, azp?}');
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    throw wrong('names an issuer twice');
  if (issuers.some(({ issuer }) => issuer === ownIssuer)) throw wrong('names this API itself');
  if (issuers.some(({ azp, clientId }) => azp !== undefined && clientId === undefined))
    throw wrong('has an azp without a clientId');
  // Over plain HTTP whoever sits on the line hands us keys of their own.
  if (!issuers.every(({ jwksUri }) => isSafeUrl(jwksUri))) throw wrong('needs https in every jwksUri');
  return issuers;
}

/** Verifies tokens of these issuers. Keys are fetched when first needed. */
export function createTrustedIssuers(issuers: readonly TrustedIssuer[]): TrustedIssuers {
  const known = new Map(
    issuers.map((issuer) => [issuer.issuer, { issuer, keys: createIssuerKeys(new URL(issuer.jwksUri)) }]),
  );
  return {
    async verify(token) {
      const trusted = known.get(claimedIssuer(token) ?? '');
      if (!trusted) return { kind: 'foreign' };
      try {
        const payload = await verifiedPayload(token, trusted);
        const principal = payload && principalOf(payload, trusted.issuer);
        if (!principal) return { kind: 'refused' };
        return { kind: 'accepted', principal, confirmation: payload['cnf'] };
      } catch (error) {
        return { kind: error instanceof IssuerKeysUnavailableError ? 'unavailable' : 'refused' };
      }
    },
  };
}

async function verifiedPayload(
  token: string,
  { issuer, keys }: { issuer: TrustedIssuer; keys: IssuerKeys },
): Promise<JWTPayload | undefined> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: ALGORITHMS,
    issuer: issuer.issuer,
    audience: issuer.audience,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['sub', 'sid', 'exp'],
  });
  // A receipt, a logout token or any other JWT of the same issuer is no access token (RFC 8725 §3.11).
  if (!TYPES.includes(protectedHeader.typ?.toLowerCase())) return undefined;
  // Nor is an ID token, which says `JWT` like an access token: only it carries the hash of one.
  if ('at_hash' in payload || 'c_hash' in payload) return undefined;
  return payload;
}

function principalOf(payload: JWTPayload, issuer: TrustedIssuer): ExternalPrincipal | undefined {
  const { sub, sid, azp } = payload;
  if (!isName(sub) || !isName(sid)) return undefined;
  if (issuer.clientId === undefined)
    return isName(azp) ? { subject: sub, sessionId: sid, clientId: azp } : undefined;
  // Within single sign-on `sid` is the same at every application: a token made out to another one stays there.
  if (azp !== undefined && azp !== (issuer.azp ?? issuer.clientId)) return undefined;
  return { subject: sub, sessionId: sid, clientId: issuer.clientId };
}

/** Names are looked up in Postgres, whose text cannot hold NUL. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 256 && !value.includes('\0');
}

/** Unverified: it only chooses whose keys are tried. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return username + password === '' && (protocol === 'https:' || (protocol === 'http:' && isLoopback));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
