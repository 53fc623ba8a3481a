/**
 * Authenticator devices as callers: every request carries a signature over all that it says. Must never let a request
 * pass twice, late, or to another deployment, path or body than its device meant.
 */
import type { FastifyRequest } from 'fastify';
import { isSignedBy, type SignedRequest } from '../runtime/device-signature';
import { hashSecret } from '../runtime/random-ids';
import { findPushDevice, type PushDevice } from '../storage/push-devices';
import { useNonce } from '../storage/used-nonces';
import type { ApiDeps } from './deps';
import { rawBodyOf } from './plugins/json-body';
import { Problem } from './problem';

/** How far the time in a request may be off the database's. */
const WINDOW_SECONDS = 60;
/** The id under which a device signs that has none yet. */
const NEW_DEVICE = 'new';

/** A request that its device signed, as the verdict on it may be repeated. */
export interface Signed {
  readonly request: SignedRequest;
  readonly signature: string;
}

export interface AuthenticatedDevice extends Signed {
  readonly device: PushDevice;
}

/** The device that signed a request; 401 for anything else, whatever is wrong. */
export async function authenticateDevice(
  deps: ApiDeps,
  request: FastifyRequest,
): Promise<AuthenticatedDevice> {
  const signed = signedRequest(deps, request);
  const device = signed && (await findPushDevice(deps.pool, signed.request.deviceId));
  if (!device || !isSignedBy(device.publicJwk, signed.request, signed.signature))
    return refuse(deps, request);
  await deps.limits.client(device.deviceId);
  await spendNonce(deps, request, { signed, signer: device.deviceId });
  return { device, ...signed };
}

/** Throws 401 unless the request is signed by the key that it brings: nobody registers a key that he does not hold. */
export async function assertSignedByNewKey(
  deps: ApiDeps,
  request: FastifyRequest,
  jwk: { readonly x: string; readonly y: string },
): Promise<void> {
  const signed = signedRequest(deps, request);
  const isNew = signed?.request.deviceId === NEW_DEVICE;
  if (!signed || !isNew || !isSignedBy(jwk, signed.request, signed.signature)) return refuse(deps, request);
  await spendNonce(deps, request, { signed, signer: `${jwk.x}.${jwk.y}` });
}

/** Replay: of all requests with this nonce one is served, on whichever instance, and only about its own time. */
async function spendNonce(
  deps: ApiDeps,
  request: FastifyRequest,
  { signed, signer }: { signed: Signed; signer: string },
): Promise<void> {
  const { nonce, time } = signed.request;
  const hash = hashSecret(JSON.stringify(['device', signer, nonce]));
  const use = { hash, issuedAtSeconds: Number(time), windowSeconds: WINDOW_SECONDS };
  if (!(await useNonce(deps.pool, use))) return refuse(deps, request);
}

function signedRequest({ config }: ApiDeps, request: FastifyRequest): Signed | undefined {
  const deviceId = headerOf(request, 'x-device-id', /^(?:new|pdv_[A-Za-z0-9_-]{22})$/);
  const time = headerOf(request, 'x-device-time', /^[1-9][0-9]{8,10}$/);
  const nonce = headerOf(request, 'x-device-nonce', /^[A-Za-z0-9_-]{16,128}$/);
  const signature = headerOf(request, 'x-device-signature', /^[A-Za-z0-9_-]{86}$/);
  const target = request.url;
  // An absolute URL as target (RFC 9112 §3.2.2) would name another host than the audience.
  const isPath = target.startsWith('/');
  if (!isPath || !deviceId || !time || !nonce || !signature) return undefined;
  const { method } = request;
  const body = rawBodyOf(request);
  return {
    request: { audience: config.PUBLIC_URL, deviceId, method, target, time, nonce, body },
    signature,
  };
}

function headerOf(request: FastifyRequest, name: string, form: RegExp): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

/** Guessing device ids, pairing codes and keys is slowed down per address. */
async function refuse({ limits }: ApiDeps, request: FastifyRequest): Promise<never> {
  await limits.address(request.ip);
  throw new Problem('unauthorized');
}
