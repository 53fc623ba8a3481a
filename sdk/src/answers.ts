/**
 * The API's good answers, narrowed: what lets a user in has a type of its own, and an answer that is not exactly one
 * of the known ones is `undefined`.
 */
import { decodeJwt } from 'jose';
import type {
  MfaStatusAnswer,
  PasskeyCreationAnswer,
  PasskeyRegistrationAnswer,
  PasskeyRequestAnswer,
  RedeemAnswer,
  SessionAnswer,
  StatusCheckAnswer,
  StepUpAnswer,
  VerifyAnswer,
} from './generated/api-types';
import { hasTexts, isObject, type JsonObject } from './json';

export type Methods = MfaStatusAnswer['methods'];

/** MFA is needed: ask for a factor and call `verify`. `mfaSessionId` is a secret. */
export interface SignInChallenge {
  readonly mfaRequired: true;
  readonly mfaSessionId: string;
  readonly methods: Methods;
  /** Seconds. */
  readonly expiresIn: number;
  readonly decisionId: string;
}

/** Let the user in. */
export interface SignInAllowed {
  readonly mfaRequired: false;
  /** From the receipt. */
  readonly userId: string;
  readonly sessionId: string;
  readonly receipt: string;
  readonly decisionId: string;
  /** MFA would have been needed, but the user has no method. */
  readonly enrollmentRequired: boolean;
  /** Of a sign-in by password: the user's token. */
  readonly accessToken?: string;
  /** `DPoP` when the request carried a proof: the token is bound to its key. */
  readonly tokenType?: 'Bearer' | 'DPoP';
}

export type SignInResult = SignInChallenge | SignInAllowed;
export type StepUpResult =
  | { readonly stepUpRequired: false; readonly receipt: string }
  | {
      readonly stepUpRequired: true;
      readonly mfaSessionId: string;
      readonly methods: Methods;
      readonly expiresIn: number;
    };

export function readSignIn(body: JsonObject): SignInResult | undefined {
  const answer = body as unknown as StatusCheckAnswer;
  // Two names of one fact: an answer that contradicts itself lets nobody in.
  if (answer.mfaRequired !== answer.requireMFA || !hasTexts(body, 'decisionId')) return undefined;
  if (answer.mfaRequired === true)
    return isChallenge(body) ? (body as unknown as SignInChallenge) : undefined;
  const isAllowed =
    answer.mfaRequired === false &&
    answer.mfaSessionId === undefined &&
    typeof answer.enrollmentRequired === 'boolean' &&
    hasTexts(body, 'sessionId', 'receipt') &&
    isOptionalText(body['accessToken']);
  const userId = isAllowed ? subjectOf(body['receipt'] as string) : undefined;
  return userId === undefined ? undefined : ({ ...body, userId } as unknown as SignInAllowed);
}

export function readVerified(body: JsonObject): VerifyAnswer | undefined {
  const isVerified = body['verified'] === true && hasTexts(body, 'userId', 'sessionId', 'receipt');
  return isVerified ? (body as unknown as VerifyAnswer) : undefined;
}

export function readStepUp(body: JsonObject): StepUpResult | undefined {
  const { stepUpRequired, verified, mfaSessionId } = body as unknown as StepUpAnswer;
  if (stepUpRequired === true) return isChallenge(body) ? (body as unknown as StepUpResult) : undefined;
  const isApproved =
    stepUpRequired === false && verified === true && mfaSessionId === undefined && hasTexts(body, 'receipt');
  return isApproved ? (body as unknown as StepUpResult) : undefined;
}

export function readRedeemed(body: JsonObject): RedeemAnswer | undefined {
  const isValid = body['valid'] === true && hasTexts(body, 'userId', 'sessionId', 'action', 'decisionId');
  return isValid ? (body as unknown as RedeemAnswer) : undefined;
}

export function readStatus(body: JsonObject): MfaStatusAnswer | undefined {
  const isStatus = typeof body['mfaEnabled'] === 'boolean' && isObject(body['methods']);
  return isStatus ? (body as unknown as MfaStatusAnswer) : undefined;
}

export function readSession(body: JsonObject): SessionAnswer | undefined {
  const isSession =
    typeof body['active'] === 'boolean' &&
    typeof body['stepUpRequired'] === 'boolean' &&
    hasTexts(body, 'id', 'userId', 'clientId');
  return isSession ? (body as unknown as SessionAnswer) : undefined;
}

export function readPasskeyRequest(body: JsonObject): PasskeyRequestAnswer | undefined {
  return hasTexts(body, 'challenge') ? (body as unknown as PasskeyRequestAnswer) : undefined;
}

export function readPasskeyCreation(body: JsonObject): PasskeyCreationAnswer | undefined {
  const isCreation = hasTexts(body, 'challenge') && isObject(body['rp']) && isObject(body['user']);
  return isCreation ? (body as unknown as PasskeyCreationAnswer) : undefined;
}

export function readRegistered(body: JsonObject): PasskeyRegistrationAnswer | undefined {
  return hasTexts(body, 'methodId') ? (body as unknown as PasskeyRegistrationAnswer) : undefined;
}

/** Unverified: the receipt has just come from the API itself. */
function subjectOf(receipt: string): string | undefined {
  try {
    return decodeJwt(receipt).sub;
  } catch {
    return undefined;
  }
}

function isChallenge(body: JsonObject): boolean {
  return hasTexts(body, 'mfaSessionId') && isObject(body['methods']) && typeof body['expiresIn'] === 'number';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
