/**
 * The signed answer to a prompt at rest. It is sealed to the prompt, since it holds the number that was typed, and is
 * verified again by whoever judges it: a row that somebody wrote into the table proves nothing.
 */
import { isSignedBy, type SignedRequest } from './device-signature';
import { seal, UnknownKeyError, unseal, type KeyRing, type Sealed } from './keys';

/** What a device says to a prompt. */
export interface DeviceAnswer {
  readonly decision: string;
  readonly number: string | undefined;
}

const ownerOf = (challengeId: string) => ['push-answer', challengeId];

/** The path at which a prompt is answered. */
export function answerTarget(challengeId: string): string {
  return `/api/v1/devices/challenges/${challengeId}/answer`;
}

/** Seals a request with its signature. */
export function sealAnswer(
  keys: KeyRing,
  challengeId: string,
  { request, signature }: { request: SignedRequest; signature: string },
): Sealed {
  const stored = { ...request, body: request.body.toString('base64'), signature };
  return seal(keys, Buffer.from(JSON.stringify(stored)), ownerOf(challengeId));
}

type Stored = Omit<SignedRequest, 'body'> & { readonly body: string; readonly signature: string };

/** `undefined` for a box that was made for another prompt, or altered. A missing key is our fault: it throws. */
function unsealAnswer(keys: KeyRing, sealed: Sealed, challengeId: string): Stored | undefined {
  try {
    return JSON.parse(unseal(keys, sealed, ownerOf(challengeId)).toString('utf8')) as Stored;
  } catch (error) {
    if (error instanceof UnknownKeyError) throw error;
    return undefined;
  }
}

/** What the device of this key said to this prompt; `undefined` when the signature does not hold, or is about another one. */
export function openAnswer(
  keys: KeyRing,
  sealed: Sealed,
  { challengeId, deviceId, publicJwk }: { challengeId: string; deviceId: string; publicJwk: object },
): DeviceAnswer | undefined {
  const stored = unsealAnswer(keys, sealed, challengeId);
  if (!stored) return undefined;
  const request: SignedRequest = { ...stored, body: Buffer.from(stored.body, 'base64') };
  const isAnswer = request.method === 'POST' && request.target === answerTarget(challengeId);
  if (!isAnswer || request.deviceId !== deviceId) return undefined;
  if (!isSignedBy(publicJwk, request, stored.signature)) return undefined;
  const said = JSON.parse(request.body.toString('utf8')) as { decision?: unknown; number?: unknown };
  return {
    decision: String(said.decision),
    number: typeof said.number === 'string' ? said.number : undefined,
  };
}
