/** Starts a step-up for the user of a session and returns its decision. No decision is made here. */
import { createHash } from 'node:crypto';
import type { DecidedAnswer } from '../domain/decision-answer';
import { canonicalTransaction, type Transaction } from '../domain/step-up/transaction';
import { deviceKey, fingerprintKey } from '../runtime/identity-keys';
import { hashMfaSessionId, hashSecret, newSecret } from '../runtime/random-ids';
import { showTransaction } from '../storage/mfa-sessions';
import { findDecisionById } from '../storage/sign-ins';
import { STEP_UP_WORKFLOW, stepUpWorkflowId, type StepUpInput } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { SIGN_IN_DEADLINE_MS } from './start-sign-in';
import type { UserPrincipal } from './subject';

export interface StepUpRequest {
  readonly action: string;
  readonly maxAgeSeconds: number;
  readonly transaction: Transaction | undefined;
  readonly ip: string;
  readonly userAgent: string;
  readonly fingerprint: string | undefined;
  readonly deviceToken: string | undefined;
  /** Epoch ms, database clock. */
  readonly databaseNow: number;
}

/** SHA-256 of the canonical transaction, base64url: what challenge and receipt are bound to. */
export function transactionHashOf(transaction: Transaction): string {
  return createHash('sha256').update(canonicalTransaction(transaction)).digest('base64url');
}

/** Starts the workflow; throws 503 when nothing could be recorded in time. */
export async function startStepUp(
  deps: ApiDeps,
  user: UserPrincipal,
  request: StepUpRequest,
): Promise<{ mfaSessionId: string; decided: DecidedAnswer }> {
  const mfaSessionId = newSecret();
  const input = await inputOf(deps, user, { request, mfaSessionId });
  const workflowId = stepUpWorkflowId(input.sessionIdHash);
  const decided = await deps.temporal.decide(
    { workflow: STEP_UP_WORKFLOW, workflowId, input },
    SIGN_IN_DEADLINE_MS,
  );
  if (decided.kind !== 'decided') throw new Problem('unavailable');
  const { transaction } = request;
  // Before anybody knows the session's secret: what a device shows is what was hashed.
  if (transaction && decided.expiresAt !== undefined)
    if (!(await showTransaction(deps.pool, input.sessionIdHash, transaction)))
      throw new Problem('unavailable');
  return { mfaSessionId, decided };
}

async function inputOf(
  deps: ApiDeps,
  { userId, clientId, session }: UserPrincipal,
  { request, mfaSessionId }: { request: StepUpRequest; mfaSessionId: string },
): Promise<StepUpInput> {
  const signIn = await findDecisionById(deps.pool, session.decisionId);
  const sessionDevice = signIn?.facts?.deviceKey;
  const { fingerprint, deviceToken, transaction } = request;
  // Without a fingerprint the access token vouches for the device that opened the session.
  const device = fingerprint === undefined ? sessionDevice : deviceKey(deps.keys, userId, fingerprint);
  return {
    sessionIdHash: hashMfaSessionId(mfaSessionId),
    clientId,
    userId,
    ip: request.ip,
    userAgent: request.userAgent,
    deviceKey: device ?? 'unknown',
    isSessionDevice: device !== undefined && device === sessionDevice,
    subjectSessionId: session.id,
    action: request.action,
    maxAgeSeconds: request.maxAgeSeconds,
    answerBy: request.databaseNow + SIGN_IN_DEADLINE_MS,
    ...(fingerprint !== undefined && { fingerprintKey: fingerprintKey(deps.keys, fingerprint) }),
    ...(deviceToken !== undefined && { deviceTokenHash: hashSecret(deviceToken) }),
    ...(transaction && { transactionHash: transactionHashOf(transaction) }),
  };
}
