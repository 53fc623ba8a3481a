/** Authenticator devices of the tests, by the reference authenticator: paired, asked and answering over HTTP. */
import {
  answerPrompt,
  listPrompts,
  newDevice,
  publicJwkOf,
  request,
  signedHeaders,
  type Decision,
  type DeviceRequest,
  type DeviceState,
} from '../../../examples/authenticator-cli/authenticator';
import type { CallOptions, HttpAnswer } from '../../support/http-client';
import type { Person } from './actors';
import type { Product } from './product';

export const PAIRING = '/api/v1/auth/mfa/methods/push/pairing';
export const DEVICES = '/api/v1/devices';

/** What a test may spoil in a signed call. */
export interface SignedCall {
  readonly body?: string;
  readonly time?: string;
  readonly nonce?: string;
  /** Replaces headers after they were signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in the place of what was signed. */
  readonly sent?: Partial<DeviceRequest> & { readonly body?: string };
}

/** A signed call with all that can go wrong in it. */
export function callSigned(
  { stack }: Product,
  state: DeviceState,
  wanted: DeviceRequest,
  { sent, headers, ...signed }: SignedCall = {},
): Promise<HttpAnswer> {
  const raw = sent?.body ?? signed.body;
  const options: CallOptions = {
    headers: { ...signedHeaders(state, wanted, signed), ...headers },
    ...(raw !== undefined && { raw }),
  };
  return stack.call(sent?.method ?? wanted.method, sent?.target ?? wanted.target, options);
}

/** A pairing code for somebody, asked for by the operator. */
export async function pairingCodeFor({ stack }: Product, who: Person): Promise<string> {
  const begun = await stack.call('POST', `${PAIRING}?userId=${who.userId}`, { as: 'operator' });
  if (begun.status !== 201) throw new Error(`no pairing code: ${begun.text}`);
  return begun.body['pairingCode'];
}

/** The call that pairs a device. */
export function pairBody(state: DeviceState, pairingCode: string, extra: object = {}): string {
  return JSON.stringify({ pairingCode, publicKey: publicJwkOf(state), name: 'Phone', ...extra });
}

export const freshDevice = ({ stack }: Product) => newDevice(stack.config.PUBLIC_URL);

/** A device of somebody. */
export async function deviceOf(product: Product, who: Person, extra: object = {}): Promise<DeviceState> {
  const state = freshDevice(product);
  const body = pairBody(state, await pairingCodeFor(product, who), extra);
  const paired = await callSigned(product, state, { method: 'POST', target: DEVICES }, { body });
  if (paired.status !== 201) throw new Error(`not paired: ${paired.text}`);
  return { ...state, deviceId: paired.body['deviceId'] };
}

/** Asks for an approval in the session of a challenge. */
export function askForPush(
  { stack }: Product,
  challenge: HttpAnswer,
  extra: object = {},
): Promise<HttpAnswer> {
  const { mfaSessionId } = challenge.body;
  const body = { mfaSessionId, ...extra };
  return stack.call('POST', '/api/v1/auth/mfa/challenge/push', { body });
}

/** Answers a prompt as the reference authenticator does. */
export function answerWith(
  { stack }: Product,
  state: DeviceState,
  answer: { challengeId: string; decision: Decision; number?: string },
) {
  return answerPrompt(stack.address, state, answer);
}

export const promptsOf = ({ stack }: Product, state: DeviceState) => listPrompts(stack.address, state);
export const requestAs = ({ stack }: Product, state: DeviceState, wanted: DeviceRequest) =>
  request(stack.address, state, wanted);

/** `verify` by push. */
export function verifyPush(
  { stack }: Product,
  { challenge, challengeId }: { challenge: HttpAnswer; challengeId: string },
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const { mfaSessionId } = challenge.body;
  const body = { mfaSessionId, method: 'push', challengeId };
  return stack.call('POST', '/api/v1/auth/mfa/verify', { headers, body });
}

/** Where a prompt stands, for the holder of its session. */
export async function standingOf(
  { stack }: Product,
  { challenge, challengeId }: { challenge: HttpAnswer; challengeId: string },
): Promise<string> {
  const headers = { 'x-mfa-session': String(challenge.body['mfaSessionId']) };
  const path = `/api/v1/auth/mfa/challenge/${challengeId}`;
  const answer = await stack.call('GET', path, { headers });
  return answer.status === 200 ? answer.body['status'] : answer.body['code'];
}

/** A number that is wrong for certain. */
export function otherNumber(number: string): string {
  return String((Number(number) + 1) % 10 ** number.length).padStart(number.length, '0');
}
