/** The contract of the recovery workflow. Codes come as keyed digests; passwords never come at all. */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { RecoveryEnd } from '../domain/recovery';

export const RECOVER_ACCOUNT_WORKFLOW = 'recoverAccount';

/** The id of a case's workflow. */
export function recoverAccountWorkflowId(caseId: string): string {
  return `recover-account/${caseId}`;
}

export interface RecoverAccountInput {
  readonly caseId: string;
}

export interface RecoverAccountResult {
  readonly outcome: RecoveryEnd;
}

/** What the holder of a case hands in. */
export type RecoveryStep =
  | {
      readonly kind: 'code';
      /** `HMAC(recovery, case ‖ code)`, base64url. */
      readonly digest: string;
    }
  /** The hash of the new password lies in the case. */
  | { readonly kind: 'password' };

export type RecoveryStepResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'wrong' }
  /** The case is not at this step (any more). */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unavailable' };

/** Hands in a step and waits for what became of it. */
export const recoveryStepUpdate = defineUpdate<RecoveryStepResult, [RecoveryStep]>('recoveryStep');

/** An administrator's order lies in `recovery_orders`: look at it. */
export const recoveryOrderedSignal = defineSignal('recoveryOrdered');
