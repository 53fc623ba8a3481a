/** `@zewstid/mfa`: what an application's backend needs of ZewstID MFA. */
export { createMfaClient, type IdempotencyOptions, type MfaClient, type MfaClientOptions } from './client';
export type { Methods, SignInAllowed, SignInChallenge, SignInResult, StepUpResult } from './answers';
export {
  isMfaError,
  MfaBlockedError,
  MfaProblemError,
  MfaReceiptError,
  MfaUnavailableError,
  MfaUnexpectedAnswerError,
  type MfaError,
  type ReceiptFault,
} from './errors';
export { verifyReceipt, type Receipt, type ReceiptExpectation, type ReceiptKeys } from './receipt';
export { transactionHash, type Transaction } from './transaction';
export { createFastifyStepUp, fastifyStepUp, type RequireStepUp, type StepUpHook } from './fastify';
export { createExpressStepUp, type StepUpMiddleware } from './express';
export {
  RECEIPT_HEADER,
  type SignedInUser,
  type StepUp,
  type StepUpGuardOptions,
  type StepUpTerms,
} from './step-up-guard';
export type {
  AttemptBody,
  MfaStatusAnswer,
  PasskeyCreationAnswer,
  PasskeyRegistrationAnswer,
  PasskeyRegistrationBody,
  PasskeyRequestAnswer,
  Problem,
  RedeemAnswer,
  RedeemBody,
  SessionAnswer,
  SignInBody,
  StatusCheckBody,
  StepUpBody,
  VerifyAnswer,
  VerifyBody,
} from './generated/api-types';
