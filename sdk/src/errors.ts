/** What goes wrong, as a union told apart by `name`; `code` is the API's, or one of the SDK's own. */
import type { Problem } from './generated/api-types';

/** The sign-in or step-up was blocked. Show no reason: there is none to show. */
export class MfaBlockedError extends Error {
  override readonly name = 'MfaBlockedError';
  readonly code = 'access_denied';
  readonly status = 403;

  constructor(
    /** For support: what an administrator looks up. */
    readonly decisionId: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super('Login blocked due to suspicious activity. Please try again later.');
  }
}

/** The API refused, and said why in a code. */
export class MfaProblemError extends Error {
  override readonly name = 'MfaProblemError';
  readonly code: string;
  readonly status: number;
  readonly requestId: string;

  constructor(
    /** The whole problem (RFC 9457), extension members such as `enrollmentSessionId` too. */
    readonly problem: Problem & { readonly [member: string]: unknown },
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.requestId;
  }
}

/** Nobody could answer: let nobody in, and ask again later. */
export class MfaUnavailableError extends Error {
  override readonly name = 'MfaUnavailableError';
  readonly code = 'unavailable';
  readonly status = 503;

  constructor(
    readonly retryAfterSeconds: number | undefined,
    options?: ErrorOptions,
  ) {
    super('The MFA service cannot answer right now.', options);
  }
}

/** An answer that this version does not know; never taken for a yes. */
export class MfaUnexpectedAnswerError extends Error {
  override readonly name = 'MfaUnexpectedAnswerError';
  readonly code = 'unexpected_answer';

  constructor(
    readonly status: number,
    readonly requestId: string | undefined,
  ) {
    super(`The MFA service gave an answer (status ${status}) that this client does not know.`);
  }
}

export type ReceiptFault = 'token' | 'action' | 'transaction' | 'too_old';

/** A receipt that proves nothing here. */
export class MfaReceiptError extends Error {
  override readonly name = 'MfaReceiptError';
  readonly code = 'receipt_invalid';
  readonly status = 401;

  constructor(
    /** For the log: what does not fit. */
    readonly fault: ReceiptFault,
    options?: ErrorOptions,
  ) {
    super('The receipt is not valid for this request.', options);
  }
}

export type MfaError =
  MfaBlockedError | MfaProblemError | MfaUnavailableError | MfaUnexpectedAnswerError | MfaReceiptError;

const NAMES: readonly string[] = [
  'MfaBlockedError',
  'MfaProblemError',
  'MfaUnavailableError',
  'MfaUnexpectedAnswerError',
  'MfaReceiptError',
] satisfies readonly MfaError['name'][];

/** Whether an error is the SDK's. By name: an application may have loaded both the ESM and the CJS build. */
export function isMfaError(error: unknown): error is MfaError {
  return error instanceof Error && NAMES.includes(error.name);
}
