/** The client of an application's backend. Its secret belongs on a server, never in a browser. */
import {
  readPasskeyCreation,
  readPasskeyRequest,
  readRedeemed,
  readRegistered,
  readSession,
  readSignIn,
  readStatus,
  readStepUp,
  readVerified,
  type SignInResult,
  type StepUpResult,
} from './answers';
import { MfaUnexpectedAnswerError } from './errors';
import type {
  AttemptBody,
  MfaStatusAnswer,
  PasskeyCreationAnswer,
  PasskeyRegistrationAnswer,
  PasskeyRegistrationBody,
  PasskeyRequestAnswer,
  RedeemAnswer,
  RedeemBody,
  SessionAnswer,
  SignInBody,
  StatusCheckBody,
  StepUpBody,
  VerifyAnswer,
  VerifyBody,
} from './generated/api-types';
import { createSend, type Answer, type Call } from './http';
import type { JsonObject } from './json';

export interface MfaClientOptions {
  /** Where the API is, such as `https://mfa.example.com`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Instead of the global one: for proxies and agents. */
  readonly fetch?: typeof fetch;
  /** Of one try, milliseconds. The API answers within 5 s. */
  readonly timeoutMs?: number;
  /** How often a call is sent again after a 503 or a lost answer, if it may be (see `docs/sdk.md`). */
  readonly retries?: number;
}

export interface IdempotencyOptions {
  /** Names the request, so that asking again gives the same answer for ten minutes; made up when absent. */
  readonly idempotencyKey?: string;
}

/** Every function throws `MfaError`: a returned value is always a known answer. */
export interface MfaClient {
  /** Does this sign-in need MFA? Repeatable. */
  checkSignIn(signIn: StatusCheckBody, options?: IdempotencyOptions): Promise<SignInResult>;
  /** The answer to a challenge. A wrong one is `MfaProblemError` with code `verification_failed`. Repeatable. */
  verify(proof: VerifyBody, options?: IdempotencyOptions): Promise<VerifyAnswer>;
  /** Tells that a first factor failed, so that risk can count it. */
  reportFailure(attempt: Omit<AttemptBody, 'outcome'>): Promise<void>;
  /** Sign-in by password of the embedded directory; `sign_in_failed` for a wrong one. */
  signIn(
    credentials: SignInBody & { readonly ip: string; readonly userAgent: string },
  ): Promise<SignInResult>;
  /** Asks for fresh proof before an action, as the user whose token this is. */
  stepUp(accessToken: string, request: StepUpBody): Promise<StepUpResult>;
  /** Burns the receipt of a step-up, exactly once: `receipt_used` and `receipt_invalid` are refusals. Repeatable. */
  redeem(redemption: RedeemBody, options?: IdempotencyOptions): Promise<RedeemAnswer>;
  /** Whether a session that this application opened still stands, and whether it owes a step-up. */
  session(sessionId: string): Promise<SessionAnswer>;
  /** Ends a session: call it when your user signs out. */
  endSession(sessionId: string): Promise<void>;
  /** What the browser asks an authenticator for in this MFA session; its answer goes to `verify`. */
  requestPasskey(mfaSessionId: string): Promise<PasskeyRequestAnswer>;
  /** What the browser of a signed-in user makes a passkey from; without fresh MFA it is `fresh_mfa_required`. */
  createPasskey(accessToken: string): Promise<PasskeyCreationAnswer>;
  /** Registers what the browser made from `createPasskey`. */
  registerPasskey(accessToken: string, passkey: PasskeyRegistrationBody): Promise<PasskeyRegistrationAnswer>;
  /** Which methods a user has; by the user's own token, or by id with scope `factors:read`. */
  mfaStatus(of: { readonly userId: string } | { readonly accessToken: string }): Promise<MfaStatusAnswer>;
}

/** Makes a client. Throws a `TypeError` for options that cannot work. */
export function createMfaClient(options: MfaClientOptions): MfaClient {
  const { clientId, clientSecret, timeoutMs = 6_000, retries = 2 } = options;
  if (!clientId || !clientSecret) throw new TypeError('clientId and clientSecret are required');
  const baseUrl = new URL(options.baseUrl).href.replace(/\/+$/, '');
  const send = createSend({ baseUrl, fetch: options.fetch ?? fetch, timeoutMs, retries });
  const basic = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
  const ask = async <T>(call: Omit<Call, 'authorization'>, read: Read<T>, authorization = basic) =>
    known(await send({ ...call, authorization }), read);
  const post = (path: string, body?: object) =>
    ({ method: 'POST', path: `/api/v1/auth/${path}`, ...(body && { body }) }) as const;
  return {
    checkSignIn: (body, named) => ask({ ...post('mfa/status/check', body), ...keyOf(named) }, readSignIn),
    verify: (body, named) => ask({ ...post('mfa/verify', body), ...keyOf(named) }, readVerified),
    async reportFailure(attempt) {
      await ask(post('attempts', { ...attempt, outcome: 'failure' }), (body) => body);
    },
    signIn: (body) => ask(post('sign-in', body), readSignIn),
    stepUp: (token, body) => ask(post('mfa/step-up', body), readStepUp, `Bearer ${token}`),
    redeem: (body, named) => ask({ ...post('mfa/step-up/redeem', body), ...keyOf(named) }, readRedeemed),
    session: (id) => ask({ method: 'GET', path: sessionPath(id) }, readSession),
    async endSession(id) {
      await ask({ method: 'DELETE', path: sessionPath(id) }, (body) => body);
    },
    requestPasskey: (mfaSessionId) =>
      ask(post('mfa/challenge/passkey', { mfaSessionId }), readPasskeyRequest),
    createPasskey: (token) => ask(post(`${PASSKEYS}/options`), readPasskeyCreation, `Bearer ${token}`),
    registerPasskey: (token, body) => ask(post(PASSKEYS, body), readRegistered, `Bearer ${token}`),
    mfaStatus: (of) => {
      const query = 'userId' in of ? `?userId=${encodeURIComponent(of.userId)}` : '';
      const call = { method: 'GET', path: `/api/v1/auth/mfa/status${query}` } as const;
      return ask(call, readStatus, 'accessToken' in of ? `Bearer ${of.accessToken}` : basic);
    },
  };
}

const PASSKEYS = 'mfa/methods/passkeys';

type Read<T> = (body: JsonObject) => T | undefined;

function known<T>({ body, status, requestId }: Answer, read: Read<T>): T {
  const value = read(body);
  if (value === undefined) throw new MfaUnexpectedAnswerError(status, requestId);
  return value;
}

function sessionPath(id: string): string {
  return `/api/v1/sessions/${encodeURIComponent(id)}`;
}

function keyOf(options: IdempotencyOptions | undefined): { idempotencyKey: string } {
  return { idempotencyKey: options?.idempotencyKey ?? crypto.randomUUID() };
}
