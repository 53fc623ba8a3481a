/**
 * Sender checks of access tokens (DPoP, RFC 9449): whoever is issued a token may bind it to a key, and whoever presents
 * a bound one must prove that key. Must never let a token pass whose binding it has not checked. Without a `DPoP`
 * header and a bound token nothing here costs a statement.
 */
import type { FastifyRequest } from 'fastify';
import { DPOP_ALGS, verifyDpopProof, type DpopProof } from '../runtime/dpop-proof';
import { hashSecret } from '../runtime/random-ids';
import type { Pool } from '../storage/postgres';
import { useNonce } from '../storage/used-nonces';
import { Problem } from './problem';

/** How far the time in a proof may be off the database's. */
const WINDOW_SECONDS = 60;

export type TokenScheme = 'Bearer' | 'DPoP';

export interface PresentedToken {
  readonly scheme: TokenScheme;
  readonly token: string;
}

export interface Dpop {
  /**
   * Thumbprint of the key that a request proves, for a token to be bound to; `undefined` without a proof. Throws 400
   * for a proof that does not hold.
   */
  keyOf(request: FastifyRequest): Promise<string | undefined>;
  /** Throws 401 unless the sender is whom the token is bound to. `confirmation` is its `cnf` claim (RFC 7800). */
  assertSender(request: FastifyRequest, presented: PresentedToken, confirmation: unknown): Promise<void>;
}

/** `publicUrl` is where senders reach this API. */
export function createDpop(deps: { readonly pool: Pool; readonly publicUrl: string }): Dpop {
  const proofs = new WeakMap<FastifyRequest, Promise<DpopProof | undefined>>();
  /** Once a request, however many ask: a proof that authenticates a client may bind the token it is issued, too. */
  function proofOf(request: FastifyRequest): Promise<DpopProof | undefined> {
    const proof = proofs.get(request) ?? settleProof(deps, request);
    proofs.set(request, proof);
    return proof;
  }

  return {
    async keyOf(request) {
      if (request.headers['dpop'] === undefined) return undefined;
      const proof = await proofOf(request);
      if (!proof) throw new Problem('invalid_dpop_proof');
      return proof.jkt;
    },
    async assertSender(request, { scheme, token }, confirmation) {
      if (confirmation === undefined && scheme === 'Bearer') return;
      const jkt = boundKey(confirmation);
      // Downgrade: a stolen bound token as a plain one, a plain one as bound, or a binding that is not checked here.
      if (jkt === undefined || scheme !== 'DPoP') throw refusal('invalid_token');
      const proof = await proofOf(request);
      // A proof made for one token goes with no other.
      if (!proof || proof.ath !== hashSecret(token)) throw refusal('invalid_dpop_proof');
      // A thief has a key too, but not this one.
      if (proof.jkt !== jkt) throw refusal('invalid_token');
    },
  };
}

/** The token of an `Authorization` header under one of the schemes for access tokens. */
export function presentedToken(header: string | undefined): PresentedToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header ?? '') ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}

/** The challenge of RFC 9449 §7.1. */
export function dpopChallenge(parameters: string): string {
  return `DPoP ${parameters}, algs="${DPOP_ALGS.join(' ')}"`;
}

function refusal(error: 'invalid_token' | 'invalid_dpop_proof'): Problem {
  return new Problem('unauthorized', { headers: { 'www-authenticate': dpopChallenge(`error="${error}"`) } });
}

/** The key a token is bound to, and to nothing else: what we cannot check must not look checked. */
function boundKey(confirmation: unknown): string | undefined {
  if (typeof confirmation !== 'object' || confirmation === null) return undefined;
  const { jkt, ...others } = confirmation as { readonly jkt?: unknown };
  return typeof jkt === 'string' && Object.keys(others).length === 0 ? jkt : undefined;
}

/** The proof of a request, verified and spent. */
async function settleProof(
  { pool, publicUrl }: { readonly pool: Pool; readonly publicUrl: string },
  request: FastifyRequest,
): Promise<DpopProof | undefined> {
  const header = request.headers['dpop'];
  if (typeof header !== 'string' || !request.url.startsWith('/')) return undefined;
  const proof = await verifyDpopProof(header, { method: request.method, url: publicUrl + request.url });
  if (!proof) return undefined;
  const { jkt, jti, issuedAtSeconds } = proof;
  // Replay: of all requests with this proof one is served, on whichever instance.
  const hash = hashSecret(JSON.stringify(['dpop', jkt, jti]));
  const isNew = await useNonce(pool, { hash, issuedAtSeconds, windowSeconds: WINDOW_SECONDS });
  return isNew ? proof : undefined;
}
