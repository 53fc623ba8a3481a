/**
 * Starts a sign-in and returns its decision: a fresh workflow, or, for a repeated `Idempotency-Key`, the stored one.
 * No decision is made here.
 */
import { decidedAnswer, type DecidedAnswer } from '../domain/decision-answer';
import { deviceKey, fingerprintKey } from '../runtime/identity-keys';
import { hashMfaSessionId, hashSecret, newSecret } from '../runtime/random-ids';
import { advanceGeneration } from '../storage/idempotency-keys';
import { findMfaSession } from '../storage/mfa-sessions';
import { findSession } from '../storage/session-lookup';
import { findDecisionByWorkflow, type StoredDecision } from '../storage/sign-ins';
import { findUser } from '../storage/users';
import { SIGN_IN_WORKFLOW, signInWorkflowId, type SignInInput } from '../workflows/messages';
import { answerByOf, type ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import type { Reservation } from './idempotency';
import { Problem } from './problem';

/** How long the API waits for a decision, and how long one may take effect: `status/check` answers within 2.5 s. */
export const SIGN_IN_DEADLINE_MS = 2_300;
const MAX_GENERATIONS = 3;

export interface SignInRequest {
  readonly clientId: string;
  readonly userId: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly fingerprint: string;
  readonly deviceToken: string | undefined;
  readonly externalSessionId: string | undefined;
  readonly firstFactor: string;
  /** Began with our own password check: completing it yields an access token. */
  readonly issuesToken?: boolean;
}

export interface StartedSignIn {
  readonly mfaSessionId: string;
  readonly decided: DecidedAnswer;
  /** Seconds until the challenge ends. */
  readonly expiresInSeconds: number;
}

/** Starts (or finds) the sign-in. Throws 503 when no decision could be recorded in time. */
export async function startSignIn(
  deps: ApiDeps,
  client: ClientPrincipal,
  { request, reservation }: { request: SignInRequest; reservation: Reservation | undefined },
): Promise<StartedSignIn> {
  let generation = reservation?.generation ?? 0;
  for (let round = 1; round <= MAX_GENERATIONS; round += 1) {
    const mfaSessionId = reservation ? derivedSessionId(deps, reservation, generation) : newSecret();
    const repeated = reservation !== undefined && (!reservation.fresh || round > 1);
    const answer = await decideOnce(deps, inputOf(deps, client, { request, mfaSessionId }), repeated);
    if (answer.kind === 'decided') return { mfaSessionId, ...answer };
    // Nothing took effect under this id: a retry needs a new one.
    if (answer.kind === 'void' && reservation) {
      generation = await advanceGeneration(deps.pool, reservation.keyHash, generation);
      if (repeated) continue;
    }
    throw new Problem('unavailable');
  }
  throw new Problem('unavailable');
}

type Attempt =
  | { readonly kind: 'decided'; readonly decided: DecidedAnswer; readonly expiresInSeconds: number }
  /** Abandoned, or ended without a record. */
  | { readonly kind: 'void' }
  | { readonly kind: 'unavailable' };

async function decideOnce(deps: ApiDeps, input: SignInInput, repeated: boolean): Promise<Attempt> {
  if (repeated) {
    const stored = await findDecisionByWorkflow(deps.pool, signInWorkflowId(input.sessionIdHash));
    if (stored) return replay(deps, stored);
  }
  const workflowId = signInWorkflowId(input.sessionIdHash);
  const start = { workflow: SIGN_IN_WORKFLOW, workflowId, input } as const;
  const answer = await deps.temporal.decide(start, SIGN_IN_DEADLINE_MS);
  switch (answer.kind) {
    case 'decided':
      return { kind: 'decided', decided: answer, expiresInSeconds: 300 };
    case 'unavailable':
      return { kind: 'unavailable' };
    // Whatever word of it came: what was committed counts.
    case 'abandoned':
    case 'not_recorded':
    case 'ended': {
      const stored = await findDecisionByWorkflow(deps.pool, workflowId);
      return stored ? replay(deps, stored) : { kind: 'void' };
    }
  }
}

/** The stored decision again, if it still means something: user active, session open. */
async function replay(deps: ApiDeps, stored: StoredDecision): Promise<Attempt> {
  const decided = decidedAnswer(stored);
  if (!decided) return { kind: 'void' };
  const user = await findUser(deps.pool, stored.userId);
  if (user?.status !== 'active' && decided.outcome !== 'block') throw new Problem('idempotency_key_expired');
  if (decided.outcome === 'challenge' && decided.enrollment === 'none') {
    const session = await findMfaSession(deps.pool, stored.sessionIdHash);
    if (session?.state !== 'pending' || session.remainingMs <= 0)
      throw new Problem('idempotency_key_expired');
    const expiresInSeconds = Math.ceil(session.remainingMs / 1_000);
    return { kind: 'decided', decided: { ...decided, expiresAt: session.expiresAt }, expiresInSeconds };
  }
  if (decided.sessionId !== undefined) {
    const session = await findSession(deps.pool, decided.sessionId);
    if (!session?.live) throw new Problem('idempotency_key_expired');
  }
  return { kind: 'decided', decided, expiresInSeconds: 0 };
}

function derivedSessionId({ keys }: ApiDeps, reservation: Reservation, generation: number): string {
  return keys.digest('mfa-session', [reservation.keyHash, String(generation)]).toString('base64url');
}

function inputOf(
  { keys }: ApiDeps,
  client: ClientPrincipal,
  { request, mfaSessionId }: { request: SignInRequest; mfaSessionId: string },
): SignInInput {
  const { deviceToken, externalSessionId } = request;
  return {
    sessionIdHash: hashMfaSessionId(mfaSessionId),
    clientId: request.clientId,
    userId: request.userId,
    ip: request.ip,
    userAgent: request.userAgent,
    deviceKey: deviceKey(keys, request.userId, request.fingerprint),
    fingerprintKey: fingerprintKey(keys, request.fingerprint),
    firstFactor: request.firstFactor,
    answerBy: answerByOf(client, SIGN_IN_DEADLINE_MS),
    ...(deviceToken !== undefined && { deviceTokenHash: hashSecret(deviceToken) }),
    ...(externalSessionId !== undefined && { externalSessionId }),
    ...(request.issuesToken && { issuesToken: true }),
  };
}
