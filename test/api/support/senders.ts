/** Requests of somebody who proves a key: sign-ins that bind a token to it, and calls with such tokens. */
import type { CallOptions, HttpAnswer } from '../../support/http-client';
import { newSender, type DpopSender, type ProofOptions } from '../../support/dpop-sender';
import { totpCode } from '../../support/totp';
import type { Person } from './actors';
import { PASSWORD } from './directory';
import type { Product } from './product';

export const SESSIONS = '/api/v1/auth/sessions';
export const SIGN_IN = '/api/v1/auth/sign-in';
export const VERIFY = '/api/v1/auth/mfa/verify';
export const TOKEN = '/api/v1/oauth/token';

export interface ProvenCall extends CallOptions {
  readonly sender: DpopSender;
  /** Presented under the scheme DPoP, and hashed into the proof. */
  readonly token?: string;
  readonly proof?: ProofOptions;
}

/** Calls with a fresh proof. */
export async function callProven(
  { stack }: Product,
  [method, path]: readonly [method: string, path: string],
  { sender, token, proof, headers, ...rest }: ProvenCall,
): Promise<HttpAnswer> {
  const url = stack.config.PUBLIC_URL + path;
  return stack.call(method, path, {
    ...rest,
    headers: {
      ...(token !== undefined && { authorization: `DPoP ${token}` }),
      dpop: await sender.prove({ method, url, token }, proof),
      ...headers,
    },
  });
}

/** `/auth/sign-in` as the demo application's backend. */
export function passwordBody({ login, ip, fingerprint, deviceToken }: Person, change: object = {}) {
  return { login, password: PASSWORD, ip, fingerprint, deviceToken, userAgent: 'Firefox', ...change };
}

export function signInProven(product: Product, who: Person, call: ProvenCall): Promise<HttpAnswer> {
  return callProven(product, ['POST', SIGN_IN], { as: 'demo-shop', body: passwordBody(who), ...call });
}

export async function verifyProven(
  product: Product,
  { who, challenge }: { who: Person; challenge: HttpAnswer },
  call: ProvenCall,
): Promise<HttpAnswer> {
  const { mfaSessionId } = challenge.body;
  const code = totpCode(who.totpSecret);
  return callProven(product, ['POST', VERIFY], { body: { mfaSessionId, method: 'totp', code }, ...call });
}

export interface BoundToken {
  readonly sender: DpopSender;
  readonly token: string;
  readonly sessionId: string;
}

/** Signs in with password, code and a key. */
export async function signInBound(product: Product, who: Person): Promise<BoundToken> {
  const sender = await newSender();
  const challenge = await signInProven(product, who, { sender });
  await product.actors.forgetSpentCodes(who);
  const verified = await verifyProven(product, { who, challenge }, { sender });
  if (verified.status !== 200) throw new Error(`not verified: ${verified.text}`);
  return { sender, token: verified.body['accessToken'], sessionId: verified.body['sessionId'] };
}

export function askForClientToken(product: Product, call: ProvenCall): Promise<HttpAnswer> {
  const form = { raw: 'grant_type=client_credentials', contentType: 'application/x-www-form-urlencoded' };
  return callProven(product, ['POST', TOKEN], { as: 'operator', ...form, ...call });
}
