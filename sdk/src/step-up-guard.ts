/**
 * The guard before a sensitive action, for any framework: a receipt is redeemed, or the caller is told to get one
 * (RFC 9470). Must never: let a request through that it could not check.
 */
import { decodeJwt } from 'jose';
import type { MfaClient } from './client';
import { isMfaError } from './errors';
import { isFresh, readReceipt, type Receipt } from './receipt';
import type { Transaction } from './transaction';

/** Header (lower case) in which a client shows the receipt of its step-up. */
export const RECEIPT_HEADER = 'x-step-up-receipt';
const DEFAULT_MAX_AGE_SECONDS = 300;
const LONGEST_MAX_AGE_SECONDS = 1_800;

/** Who your application knows as signed in. */
export interface SignedInUser {
  readonly userId: string;
  /** If given, the step-up must have been made in this very session. */
  readonly sessionId?: string | undefined;
}

type MaybePromise<T> = T | Promise<T>;

export interface StepUpGuardOptions<Request> {
  readonly mfa: Pick<MfaClient, 'redeem'>;
  /** From your own session; `undefined` when nobody is signed in. */
  readonly userOf: (request: Request) => MaybePromise<SignedInUser | undefined>;
}

export interface StepUpTerms<Request> {
  /** How old the proof may be, seconds: 1–1800, 300 if absent. */
  readonly maxAge?: number;
  /** What the user approves; made of the very values that the handler will act on. */
  readonly transactionOf?: (request: Request) => MaybePromise<Transaction>;
}

/** What was proven, for the handler. */
export interface StepUp {
  readonly userId: string;
  readonly sessionId: string;
  readonly action: string;
  readonly decisionId: string;
}

export interface Refusal {
  readonly status: 401 | 409 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly code: string;
  };
}

export type Verdict =
  | { readonly kind: 'passed'; readonly stepUp: StepUp }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Judges one request by its user, its receipt header and its transaction. */
export type Guard<Request> = (request: Request, header: string | string[] | undefined) => Promise<Verdict>;

/** Makes the guard of an action. Throws a `TypeError` for a `maxAge` that nobody could meet. */
export function createStepUpGuard<Request>(
  { mfa, userOf }: StepUpGuardOptions<Request>,
  action: string,
  { maxAge = DEFAULT_MAX_AGE_SECONDS, transactionOf }: StepUpTerms<Request>,
): Guard<Request> {
  if (!Number.isInteger(maxAge) || maxAge < 1 || maxAge > LONGEST_MAX_AGE_SECONDS)
    throw new TypeError('maxAge must be a whole number of seconds from 1 to 1800');
  return async (request, header) => {
    const user = await userOf(request);
    if (!user) return refuse(401, 'unauthorized', { 'www-authenticate': 'Bearer' });
    const transaction = await transactionOf?.(request);
    // Without this, leaving the transaction out would turn its approval into one of the action alone.
    if (transactionOf && !transaction) throw new TypeError('transactionOf returned no transaction');
    const claims = typeof header === 'string' ? claimsOf(header) : undefined;
    // Looked at before it is burnt: a receipt shown by a stranger stays good for its owner.
    if (!claims || !isOf(user, claims) || claims.action !== action || !isFresh(claims.authTime, maxAge))
      return challenge(maxAge);
    const redemption = { receipt: header as string, action, ...(transaction && { transaction }) };
    const redeemed = await redeem(mfa, redemption, maxAge);
    if (redeemed.kind === 'refused') return redeemed;
    const isSame = isOf(user, redeemed.stepUp) && redeemed.stepUp.action === action;
    return isSame ? redeemed : challenge(maxAge);
  };
}

/** Not verified: the API does that at redemption, and the receipt is then known to say this. */
function claimsOf(receipt: string): Receipt | undefined {
  try {
    return readReceipt(decodeJwt(receipt));
  } catch {
    return undefined;
  }
}

/** Somebody else's receipt, or one of another session, is none. */
function isOf(user: SignedInUser, of: { userId: string; sessionId: string }): boolean {
  return of.userId === user.userId && (user.sessionId === undefined || of.sessionId === user.sessionId);
}

async function redeem(
  mfa: Pick<MfaClient, 'redeem'>,
  redemption: Parameters<MfaClient['redeem']>[0],
  maxAge: number,
): Promise<Verdict> {
  try {
    const { userId, sessionId, action, decisionId } = await mfa.redeem(redemption);
    return { kind: 'passed', stepUp: { userId, sessionId, action, decisionId } };
  } catch (error) {
    if (isMfaError(error) && error.name === 'MfaProblemError') {
      if (error.code === 'receipt_invalid') return challenge(maxAge);
      if (error.code === 'receipt_used') return refuse(409, 'receipt_used', {});
    }
    // Whatever it was, the receipt was not redeemed for us.
    const wait = isMfaError(error) && 'retryAfterSeconds' in error ? error.retryAfterSeconds : undefined;
    return refuse(503, 'unavailable', { 'retry-after': String(wait ?? 1) });
  }
}

/** RFC 9470 §3. */
function challenge(maxAge: number): Verdict {
  const parameters = `error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="${maxAge}"`;
  return refuse(401, 'step_up_required', { 'www-authenticate': `Bearer ${parameters}` });
}

const TITLES = {
  unauthorized: 'Unauthorized',
  step_up_required: 'Fresh proof required',
  receipt_used: 'Receipt used',
  unavailable: 'Unavailable',
} as const;

function refuse(status: Refusal['status'], code: keyof typeof TITLES, headers: Refusal['headers']): Verdict {
  const body = { type: `urn:zewstid:problem:${code}`, title: TITLES[code], status, code };
  return { kind: 'refused', refusal: { status, headers: { ...headers, 'cache-control': 'no-store' }, body } };
}
