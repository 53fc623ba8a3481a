/**
 * An authenticator device in one file: a key, the signing of requests, and what can be asked for. Node's own crypto and
 * `fetch`; the key lies in `DeviceState`, which a real authenticator keeps where nobody can copy it from.
 */
import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type JsonWebKey,
} from 'node:crypto';

/** What a device has to remember. */
export interface DeviceState {
  readonly audience: string;
  readonly deviceId: string;
  readonly privateJwk: JsonWebKey;
}

export interface Prompt {
  readonly challengeId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly place: string | null;
  readonly device: string;
  readonly at: string;
  readonly expiresAt: string;
  readonly numberDigits: number;
  readonly action?: string;
  readonly transaction?: Readonly<Record<string, string>>;
}

export type Decision = 'approve' | 'deny' | 'report';

export interface DeviceRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly body?: unknown;
}

/** n of P-256: (r, s) and (r, n − s) are both valid, and the API takes the one with the smaller s. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A key that no device has yet. */
export function newDevice(audience: string): DeviceState {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { audience, deviceId: 'new', privateJwk: privateKey.export({ format: 'jwk' }) };
}

/** The four public members. */
export function publicJwkOf({ privateJwk }: DeviceState) {
  const { kty, crv, x, y } = privateJwk;
  return { kty, crv, x, y };
}

/** ES256 in IEEE P1363 form with low s, base64url. */
export function signText({ privateJwk }: DeviceState, text: string): string {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  if (s > ORDER / 2n) Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex').copy(signature, 32);
  return signature.toString('base64url');
}

/** The headers of a signed request. `time` and `nonce` are made up unless given. */
export function signedHeaders(
  state: DeviceState,
  { method, target }: DeviceRequest,
  { body = '', time, nonce }: { body?: string; time?: string; nonce?: string } = {},
): Record<string, string> {
  const at = time ?? String(Math.floor(Date.now() / 1_000));
  const once = nonce ?? randomBytes(16).toString('base64url');
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const { audience, deviceId } = state;
  const text = ['zewstid-device-v1', audience, deviceId, method, target, at, once, bodyHash].join('\n');
  return {
    'x-device-id': deviceId,
    'x-device-time': at,
    'x-device-nonce': once,
    'x-device-signature': signText(state, text),
  };
}

/** What the API answered. */
export interface DeviceAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Speaks to the API at `address` (where it is reached; the audience is what is signed for). */
export async function request(
  address: string,
  state: DeviceState,
  wanted: DeviceRequest,
): Promise<DeviceAnswer> {
  const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body);
  const response = await fetch(address + wanted.target, {
    method: wanted.method,
    headers: {
      ...signedHeaders(state, wanted, { body: body ?? '' }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: (await response.json()) as DeviceAnswer['body'] };
}

/** Registers a new key; returns the device as it is known from now on. */
export async function pair(
  address: string,
  state: DeviceState,
  { pairingCode, name }: { pairingCode: string; name: string },
): Promise<DeviceState> {
  const body = { pairingCode, publicKey: publicJwkOf(state), name };
  const paired = await request(address, state, { method: 'POST', target: '/api/v1/devices', body });
  if (paired.status !== 201) throw new Error(`not paired: ${paired.status}`);
  return { ...state, deviceId: String(paired.body['deviceId']) };
}

/** The open prompts of the device's user. */
export async function listPrompts(address: string, state: DeviceState): Promise<readonly Prompt[]> {
  const listed = await request(address, state, { method: 'GET', target: '/api/v1/devices/challenges' });
  if (listed.status !== 200) throw new Error(`no prompts: ${listed.status}`);
  return listed.body['challenges'] as readonly Prompt[];
}

/** Answers a prompt; approving takes the number that the sign-in screen shows. */
export function answerPrompt(
  address: string,
  state: DeviceState,
  { challengeId, ...body }: { challengeId: string; decision: Decision; number?: string },
): Promise<DeviceAnswer> {
  const target = `/api/v1/devices/challenges/${challengeId}/answer`;
  return request(address, state, { method: 'POST', target, body });
}
