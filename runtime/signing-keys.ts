/**
 * The keys that sign our tokens, as Postgres holds them now. Owns: which key signs, which ones verify, and when to
 * look again, so that a rotation reaches a running process by itself. Never holds a key that the table has retired
 * for longer than a minute.
 */
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import { ensureSigningKey, loadSigningKeys, type SigningKeyRow } from '../storage/key-store';
import type { Pool } from '../storage/postgres';
import { seal, unseal, type KeyRing } from './keys';

export const SIGNING_ALG = 'EdDSA';
/** Keys older than this are read again before they are used. */
const MAX_AGE_MS = 60_000;
/** An unknown key id, or a look at the published set, reads again at most this often. */
const RELOAD_INTERVAL_MS = 5_000;

interface KeySet {
  readonly rows: readonly SigningKeyRow[];
  readonly signing: { readonly kid: string; readonly key: CryptoKey | Uint8Array };
  readonly verifying: ReadonlyMap<string, CryptoKey | Uint8Array>;
}

export interface SigningKeys {
  /** The newest key. */
  signing(): Promise<KeySet['signing']>;
  /** A public key that is not retired; `undefined` for unknown ids. Throws when the store cannot be asked about one. */
  verifying(kid: string | undefined): Promise<CryptoKey | Uint8Array | undefined>;
  /** The public keys as a JWK set (RFC 7517 §5), never older than five seconds while the store answers. */
  published(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** Loads (or makes) the signing keys. `now` is a monotonic clock in ms. */
export async function createSigningKeys(
  pool: Pool,
  keys: KeyRing,
  now: () => number = () => performance.now(),
): Promise<SigningKeys> {
  let set = await importKeys(keys, await ensureSigningKey(pool, () => newSigningKey(keys)));
  let readAt = now();
  let failure: Error | undefined;
  const reload = atIntervals(now, async () => {
    const startedAt = now();
    try {
      set = await importKeys(keys, await loadSigningKeys(pool));
      readAt = startedAt;
      failure = undefined;
    } catch (error) {
      failure = error instanceof Error ? error : new Error('signing keys cannot be read');
    }
  });
  async function current(): Promise<KeySet> {
    // The last known keys go on while the store is away.
    if (now() - readAt >= MAX_AGE_MS) await reload();
    return set;
  }

  return {
    signing: async () => (await current()).signing,
    async verifying(kid = '') {
      const known = (await current()).verifying.get(kid);
      if (known) return known;
      // Made-up key ids would otherwise cost a statement each: the interval bounds them.
      await reload();
      const found = set.verifying.get(kid);
      if (!found && failure) throw failure;
      return found;
    },
    async published() {
      await reload();
      return { keys: set.rows.map(({ publicJwk, kid, alg }) => ({ ...publicJwk, kid, alg, use: 'sig' })) };
    },
  };
}

/** Does the work unless it was just done. Once at a time: callers meanwhile wait for the same one. */
function atIntervals(now: () => number, work: () => Promise<void>): () => Promise<void> {
  let startedAt = -Infinity;
  let running: Promise<void> | undefined;
  return async () => {
    if (!running && now() - startedAt < RELOAD_INTERVAL_MS) return;
    if (!running) startedAt = now();
    running ??= work().finally(() => (running = undefined));
    await running;
  };
}

/** A fresh Ed25519 key, its private half sealed. */
export async function newSigningKey(keys: KeyRing): Promise<SigningKeyRow> {
  const pair = await generateKeyPair(SIGNING_ALG, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const privateJwk = Buffer.from(JSON.stringify(await exportJWK(pair.privateKey)));
  const sealed = seal(keys, privateJwk, ['signing-key', kid]);
  return {
    kid,
    alg: SIGNING_ALG,
    publicJwk: { ...publicJwk },
    sealedPrivateJwk: sealed.box,
    sealKeyId: sealed.keyId,
  };
}

async function importKeys(keys: KeyRing, rows: readonly SigningKeyRow[]): Promise<KeySet> {
  const [newest] = rows;
  if (!newest) throw new Error('there is no signing key');
  const imported = rows.map(
    async (row) => [row.kid, await importJWK(row.publicJwk as JWK, SIGNING_ALG)] as const,
  );
  return {
    rows,
    signing: { kid: newest.kid, key: await importJWK(openPrivateJwk(keys, newest), SIGNING_ALG) },
    verifying: new Map(await Promise.all(imported)),
  };
}

function openPrivateJwk(keys: KeyRing, row: SigningKeyRow): JWK {
  const sealed = { keyId: row.sealKeyId, box: row.sealedPrivateJwk };
  return JSON.parse(unseal(keys, sealed, ['signing-key', row.kid]).toString('utf8')) as JWK;
}
