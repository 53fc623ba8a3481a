/** The `Idempotency-Key` header: parsing, and what is derived from it. Keys belong to the authenticated caller. */
import type { FastifyRequest } from 'fastify';
import { canonicalJson } from '../domain/canonical-json';
import type { KeyRing } from '../runtime/keys';
import { reserveIdempotencyKey, type IdempotencyRow } from '../storage/idempotency-keys';
import type { Pool } from '../storage/postgres';
import { Problem } from './problem';

export interface Reservation extends IdempotencyRow {
  readonly keyHash: string;
}

/** The key of a request, or `undefined`. 1–255 visible ASCII characters, once. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw new Problem('invalid_request', {
      detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    });
  }
  return header;
}

/** Reserves a caller's key for a body: 422 for another body, 409 after ten minutes. */
export async function reserve(
  deps: { pool: Pool; keys: KeyRing },
  use: { caller: readonly string[]; key: string; body: unknown },
): Promise<Reservation> {
  const keyHash = deps.keys.digest('idempotency', [...use.caller, use.key]).toString('base64url');
  // Keyed, since a body holds guessable values (address, fingerprint, code).
  const bodyHash = deps.keys.digest('idempotency', ['body', canonicalJson(use.body)]).toString('base64url');
  const row = await reserveIdempotencyKey(deps.pool, keyHash, bodyHash);
  if (row.bodyHash !== bodyHash) throw new Problem('idempotency_key_reused');
  if (row.expired) throw new Problem('idempotency_key_expired');
  return { ...row, keyHash };
}
