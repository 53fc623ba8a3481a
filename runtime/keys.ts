/**
 * Key ring. Every key is derived from a master key by HKDF-SHA-256 (RFC 5869) with its purpose as `info`,
 * so that no key serves two purposes. Each master key has an id that is stored beside whatever it protected;
 * `MASTER_KEY_PREVIOUS` keeps older ones readable during a rotation.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** What a key is for; the name enters the derivation and must never change. */
export type KeyPurpose =
  | 'seal'
  | 'payload-codec'
  | 'codes'
  | 'backup-codes'
  | 'mfa-session'
  | 'push-number'
  | 'identity'
  | 'client-secret'
  | 'device-token'
  | 'idempotency'
  | 'enrollment'
  | 'recovery'
  | 'check';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface KeyRing {
  readonly currentId: string;
  readonly ids: readonly string[];
  /** 32-byte key for a purpose. Throws `UnknownKeyError` when no master key has that id. */
  key(purpose: KeyPurpose, keyId?: string): Buffer;
  /** HMAC-SHA-256 over length-prefixed parts (no two part lists collide); 32 bytes. */
  digest(purpose: KeyPurpose, parts: readonly string[], keyId?: string): Buffer;
}

/** A key id that this process holds no master key for: an operator forgot `MASTER_KEY_PREVIOUS`. */
export class UnknownKeyError extends Error {
  constructor(readonly keyId: string) {
    super(`no master key with id ${keyId}`);
    this.name = 'UnknownKeyError';
  }
}

function parseMasterKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) throw new Error('MASTER_KEY must be 32 bytes in base64');
  return key;
}

function derive(master: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `zewstid-mfa/${info}/v1`, KEY_BYTES));
}

/** Makes the ring from the current master key and older ones (each base64 of 32 bytes). */
export function createKeyRing(current: string, previous: readonly string[] = []): KeyRing {
  const masters = new Map<string, Buffer>();
  for (const text of [current, ...previous]) {
    const master = parseMasterKey(text);
    masters.set(derive(master, 'key-id').subarray(0, 6).toString('hex'), master);
  }
  const ids = [...masters.keys()];
  const currentId = ids[0] ?? '';
  const cache = new Map<string, Buffer>();

  function key(purpose: KeyPurpose, keyId: string = currentId): Buffer {
    const cached = cache.get(`${purpose}/${keyId}`);
    if (cached) return cached;
    const master = masters.get(keyId);
    if (!master) throw new UnknownKeyError(keyId);
    const derived = derive(master, purpose);
    cache.set(`${purpose}/${keyId}`, derived);
    return derived;
  }

  function digest(purpose: KeyPurpose, parts: readonly string[], keyId?: string): Buffer {
    const mac = createHmac('sha256', key(purpose, keyId));
    for (const part of parts) {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      mac.update(length).update(bytes);
    }
    return mac.digest();
  }

  return { currentId, ids, key, digest };
}

/** Secret at rest: key id, then nonce ‖ ciphertext ‖ tag of AES-256-GCM (NIST SP 800-38D). */
export interface Sealed {
  readonly keyId: string;
  readonly box: Buffer;
}

/** Seals a secret. `owner` (for example user and authenticator id) is authenticated, so a row copied elsewhere does not open. */
export function seal(ring: KeyRing, plaintext: Buffer, owner: readonly string[]): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', ring.key('seal'), nonce);
  cipher.setAAD(Buffer.from(JSON.stringify(owner)));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { keyId: ring.currentId, box: Buffer.concat([nonce, body, cipher.getAuthTag()]) };
}

/** Opens what `seal` made; throws when key, owner or a single bit differs. */
export function unseal(ring: KeyRing, sealed: Sealed, owner: readonly string[]): Buffer {
  const nonce = sealed.box.subarray(0, NONCE_BYTES);
  const tag = sealed.box.subarray(sealed.box.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', ring.key('seal', sealed.keyId), nonce);
  decipher.setAAD(Buffer.from(JSON.stringify(owner)));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** Compares two digests in constant time; different lengths are unequal. */
export function digestsEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
