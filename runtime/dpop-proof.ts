/**
 * DPoP proofs (RFC 9449 §4): what one must look like, and what it says. Whether a proof is recent and new is for the
 * caller to settle, who has a store. Must never return a claim of a proof whose signature does not hold.
 */
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose';

/** Asymmetric only: a shared secret would prove nothing about the sender, `none` nothing at all (RFC 9449 §11.6). */
export const DPOP_ALGS = ['ES256', 'EdDSA'];

const MAX_CHARACTERS = 4_096;
const MAX_JTI_CHARACTERS = 128;
/** Of a JWK: everything of a private or symmetric key (RFC 7518 §6). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

export interface DpopProof {
  /** Thumbprint of the key that signed (RFC 7638, SHA-256). */
  readonly jkt: string;
  readonly jti: string;
  /** Epoch seconds, by the sender's clock. */
  readonly issuedAtSeconds: number;
  /** Hash of the access token that it goes with. */
  readonly ath: string | undefined;
}

/**
 * What the value of a `DPoP` header proves for a request, or `undefined` for whatever is wrong with it. `url` is the
 * address by which senders know the resource, a query does not count.
 */
export async function verifyDpopProof(
  header: string,
  request: { readonly method: string; readonly url: string },
): Promise<DpopProof | undefined> {
  // Two headers arrive joined by a comma, and two proofs are none (RFC 9449 §4.3): which one would count?
  if (header.length > MAX_CHARACTERS || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(header)) return undefined;
  try {
    // The type is fixed: no other JWT that the key signed can stand for a proof (RFC 9449 §11.5).
    const { payload, protectedHeader } = await jwtVerify(header, EmbeddedJWK, {
      algorithms: DPOP_ALGS,
      typ: 'dpop+jwt',
    });
    const { jwk } = protectedHeader;
    // A key that comes with its private half is no longer its holder's alone.
    if (!jwk || SECRET_MEMBERS.some((member) => member in jwk)) return undefined;
    const said = claimsOf(payload);
    // A proof captured at one endpoint opens no other one.
    if (said?.method !== request.method || !isSameUrl(said.url, request.url)) return undefined;
    const { jti, issuedAtSeconds, ath } = said;
    return { jkt: await calculateJwkThumbprint(jwk), jti, issuedAtSeconds, ath };
  } catch {
    return undefined;
  }
}

interface Claims extends Omit<DpopProof, 'jkt'> {
  readonly method: string;
  readonly url: string;
}

function claimsOf({ jti, htm, htu, iat, ath }: JWTPayload): Claims | undefined {
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARACTERS) return undefined;
  if (typeof htm !== 'string' || typeof htu !== 'string' || typeof iat !== 'number') return undefined;
  if (ath !== undefined && typeof ath !== 'string') return undefined;
  return { jti, method: htm, url: htu, issuedAtSeconds: iat, ath };
}

function isSameUrl(one: string, other: string): boolean {
  const normal = normalUrl(one);
  return normal !== undefined && normal === normalUrl(other);
}

/**
 * Origin and path in normal form (RFC 3986 §6.2.2 and §6.2.3): `URL` sees to the case of scheme and host, default
 * ports and dot segments, the rest is about percent-encoding.
 */
function normalUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, origin, pathname } = new URL(text);
  if (!/^https?:$/.test(protocol) || username + password !== '') return undefined;
  const path = pathname.replace(/%([0-9a-f]{2})/gi, (encoded, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded.toUpperCase();
  });
  return origin + path;
}
