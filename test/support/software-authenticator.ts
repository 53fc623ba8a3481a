/**
 * An authenticator in software (WebAuthn L3 §6) with the part of a browser that makes client data. It signs what it is
 * told, so that a test can make every field say something else.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

type Json = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export const FLAGS = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;

export interface AuthenticatorOptions {
  readonly origin: string;
  readonly rpId: string;
  readonly alg?: 'ES256' | 'EdDSA';
  /** A passkey that is copied between devices. */
  readonly synced?: boolean;
  /** Without a counter it always says 0. */
  readonly counts?: boolean;
}

/** What is signed otherwise than an honest authenticator in an honest browser would. */
export interface Lies {
  readonly clientData?: Json;
  readonly rpId?: string;
  readonly flags?: (honest: number) => number;
  readonly signCount?: number;
  readonly credentialId?: Buffer;
  readonly userHandle?: string | null;
  /** Bytes behind the authenticator data. */
  readonly trailing?: Buffer;
  /** Of a registration: `signed` is what an attestation signs, `key` the new private key. */
  readonly attestation?: (signed: Buffer, key: KeyObject) => Attestation;
}

export interface Attestation {
  readonly fmt: string;
  readonly attStmt: Map<string, unknown>;
}

export type Authenticator = ReturnType<typeof createAuthenticator>;

/** One credential on one authenticator: `create` makes it, `get` uses it. */
export function createAuthenticator(options: AuthenticatorOptions) {
  const { origin, rpId, alg = 'ES256', synced = false, counts = true } = options;
  const { publicKey, privateKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const state = { credentialId: randomBytes(32), userHandle: '', signCount: 0 };
  const kind = synced ? FLAGS.BE | FLAGS.BS : 0;

  function clientDataOf(type: string, challenge: string, lies: Lies): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...lies.clientData }));
  }

  function authenticatorData(extra: number, attested: Buffer, lies: Lies): Buffer {
    if (counts) state.signCount += 1;
    const honest = FLAGS.UP | FLAGS.UV | kind | extra;
    const head = Buffer.alloc(5);
    head.writeUInt8(lies.flags ? lies.flags(honest) : honest, 0);
    head.writeUInt32BE(lies.signCount ?? state.signCount, 1);
    const hash = sha256(Buffer.from(lies.rpId ?? rpId));
    return Buffer.concat([hash, head, attested, lies.trailing ?? Buffer.alloc(0)]);
  }

  const frame = (id: Buffer, response: Json): Json => ({
    id: b64(id),
    rawId: b64(id),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response,
  });

  return {
    state,
    privateKey,

    /** `navigator.credentials.create`, in its JSON form. */
    create(creation: Json, lies: Lies = {}): Json {
      state.userHandle = creation['user'].id;
      const id = lies.credentialId ?? state.credentialId;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cbor(coseKey(publicKey))]);
      const authData = authenticatorData(FLAGS.AT, attested, lies);
      const clientData = clientDataOf('webauthn.create', creation['challenge'], lies);
      const signed = Buffer.concat([authData, sha256(clientData)]);
      const none: Attestation = { fmt: 'none', attStmt: new Map() };
      const { fmt, attStmt } = lies.attestation?.(signed, privateKey) ?? none;
      const object = new Map<string, unknown>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', authData],
      ]);
      return frame(state.credentialId, {
        clientDataJSON: b64(clientData),
        attestationObject: b64(cbor(object)),
        transports: ['internal'],
        authenticatorData: b64(authData),
        publicKey: b64(publicKey.export({ type: 'spki', format: 'der' })),
        publicKeyAlgorithm: alg === 'ES256' ? -7 : -8,
      });
    },

    /** `navigator.credentials.get`, in its JSON form. */
    get(request: Json, lies: Lies = {}): Json {
      const authData = authenticatorData(0, Buffer.alloc(0), lies);
      const clientData = clientDataOf('webauthn.get', request['challenge'], lies);
      const signature = sign(
        alg === 'ES256' ? 'sha256' : null,
        Buffer.concat([authData, sha256(clientData)]),
        privateKey,
      );
      const userHandle = lies.userHandle === undefined ? state.userHandle : lies.userHandle;
      return frame(lies.credentialId ?? state.credentialId, {
        clientDataJSON: b64(clientData),
        authenticatorData: b64(authData),
        signature: b64(signature),
        userHandle,
      });
    },
  };
}

/** The same credential with another text in its response. */
export function altered(credential: Json, field: string, change: (bytes: Buffer) => Buffer): Json {
  const bytes = change(Buffer.from(credential['response'][field], 'base64url'));
  return { ...credential, response: { ...credential['response'], [field]: b64(bytes) } };
}

/** The same bytes with one bit turned. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const index = at < 0 ? copy.length + at : at;
  copy.writeUInt8(copy.readUInt8(index) ^ 0x01, index);
  return copy;
}

const b64 = (bytes: Buffer) => bytes.toString('base64url');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** COSE_Key (RFC 9053). */
function coseKey(publicKey: KeyObject): Map<number, unknown> {
  const { kty, x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  return kty === 'EC'
    ? new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ])
    : new Map<number, unknown>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(x)],
      ]);
}

/** CBOR (RFC 8949) of what authenticators say: integers, bytes, texts, lists and maps. */
export function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return Buffer.concat([head(5, value.size), ...[...value].flat().map(cbor)]);
  throw new Error('not a CBOR value that authenticators use');
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}
