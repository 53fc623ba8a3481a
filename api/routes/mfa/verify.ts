/** `POST /api/v1/auth/mfa/verify`: the answer to a challenge. One body for every kind of failure. */
import type { FastifyRequest } from 'fastify';
import { hashSecret, newSecret } from '../../../runtime/random-ids';
import { findAttempt } from '../../../storage/mfa-attempts';
import { readGuardWait } from '../../../storage/guards';
import { findMfaSession, type MfaSessionRow } from '../../../storage/mfa-sessions';
import { findSession } from '../../../storage/session-lookup';
import { findTrustedDevice } from '../../../storage/sessions';
import { findDecisionById } from '../../../storage/sign-ins';
import { workflowIdOf, type AnswerResult } from '../../../workflows/messages';
import { evidenceOf } from '../../answer-evidence';
import type { App } from '../../app';
import { signReceiptOf, userToken } from '../../receipts';
import type { ApiDeps } from '../../deps';
import { idempotencyKeyOf, reserve } from '../../idempotency';
import { Problem } from '../../problem';
import { redeemApproval } from '../../push-redemption';
import { requireSessionHolder } from '../../session-holder';
import {
  verifySchema as schema,
  type DirectBody,
  type VerifyAnswer,
  type VerifyBody,
} from './verify-schemas';

/** `verify` answers within 5 s. */
const VERIFY_DEADLINE_MS = 4_500;

export function registerVerifyRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/verify', { schema }, async (request): Promise<VerifyAnswer> => {
    const { body } = request;
    const session = await requireSessionHolder(deps, request, body.mfaSessionId);
    const jkt = await provenKey(deps, request, session);
    const attempt = await attemptOf(deps, request, { body, session });
    if (body.method === 'push') {
      const wanted = { challengeId: body.challengeId, claim: attempt.attemptId };
      const { deviceToken } = await redeemApproval(deps, session, wanted);
      return verifiedAnswer(deps, { decisionId: session.decisionId, deviceToken, jkt });
    }
    const deviceToken = deps.keys.digest('device-token', [attempt.attemptId]).toString('base64url');
    const result = await settle(deps, session, { body, ...attempt, deviceToken });
    if (result.kind !== 'verified') return refuse(result);
    return verifiedAnswer(deps, { decisionId: session.decisionId, deviceToken, jkt });
  });
}

/** The key that an access token will be bound to. Looked at before the code: a bad proof costs no try. */
async function provenKey(
  deps: ApiDeps,
  request: FastifyRequest,
  session: MfaSessionRow,
): Promise<string | undefined> {
  const jkt = await deps.dpop.keyOf(request);
  // Whoever stole the session and a code has another key, or would rather have a plain token.
  if (session.dpopJkt !== null && session.dpopJkt !== jkt) throw new Problem('invalid_dpop_proof');
  return jkt;
}

/** The attempt's id: random, or derived from the caller's key so that a repeat is the same attempt. */
async function attemptOf(
  deps: ApiDeps,
  request: FastifyRequest,
  { body, session }: { body: VerifyBody; session: MfaSessionRow },
): Promise<Pick<Answering, 'attemptId' | 'isRepeat'>> {
  const key = idempotencyKeyOf(request);
  if (key === undefined) return { attemptId: newSecret(), isRepeat: false };
  const reservation = await reserve(deps, { caller: ['verify', session.idHash], key, body });
  return { attemptId: reservation.keyHash, isRepeat: !reservation.fresh };
}

async function settledBefore({ pool }: ApiDeps, attemptId: string): Promise<AnswerResult | undefined> {
  const outcome = (await findAttempt(pool, attemptId))?.outcome;
  return outcome?.kind === 'verified' ? outcome : outcome ? { kind: 'wrong' } : undefined;
}

interface Answering {
  readonly body: DirectBody;
  readonly attemptId: string;
  /** An earlier request may have had this attempt judged. */
  readonly isRepeat: boolean;
  readonly deviceToken: string;
}

/**
 * The verdict on the attempt. The stored outcome rules over what the workflow answered: a workflow task that was
 * repeated (worker killed, more answers arriving) may find the session ended by this very attempt.
 */
async function settle(deps: ApiDeps, session: MfaSessionRow, answering: Answering): Promise<AnswerResult> {
  const before = answering.isRepeat ? await settledBefore(deps, answering.attemptId) : undefined;
  if (before) return before;
  const answered = await judge(deps, session, answering);
  if (answered.kind !== 'ended' && answered.kind !== 'unavailable') return answered;
  // First the session, then the outcome: an attempt that ended the session was settled in the same transaction.
  const now = await findMfaSession(deps.pool, session.idHash);
  const settled = await settledBefore(deps, answering.attemptId);
  return settled ?? (now?.state === 'pending' ? answered : { kind: 'ended' });
}

/** Hands the answer to the sign-in that waits. The account's delay goes first, for dead sessions too. */
async function judge(
  deps: ApiDeps,
  session: MfaSessionRow,
  { body, attemptId, deviceToken }: Answering,
): Promise<AnswerResult> {
  const guard = await readGuardWait(deps.pool, session.userId, session.lane);
  if (guard.waitSeconds > 0) return { kind: 'throttled', retryAfterSeconds: guard.waitSeconds };
  if (session.state !== 'pending' || session.remainingMs <= 0) return { kind: 'ended' };
  return deps.temporal.submitAnswer(
    workflowIdOf(session),
    {
      ...(await evidenceOf(deps, session, { body, attemptId })),
      attemptId,
      newDeviceTokenHash: hashSecret(deviceToken),
      answerBy: guard.databaseNow + VERIFY_DEADLINE_MS,
      ...(body.trustDevice !== undefined && { trustDevice: body.trustDevice }),
    },
    VERIFY_DEADLINE_MS,
  );
}

function refuse(result: Exclude<AnswerResult, { kind: 'verified' }>): never {
  switch (result.kind) {
    case 'wrong':
    case 'ended':
      throw new Problem('verification_failed');
    case 'throttled':
      throw new Problem('too_many_attempts', { retryAfterSeconds: result.retryAfterSeconds });
    case 'unavailable':
      throw new Problem('unavailable');
  }
}

/** From the committed rows. A user disabled or a session revoked since gets nothing, on a repeat either. */
async function verifiedAnswer(
  deps: ApiDeps,
  { decisionId, deviceToken, jkt }: { decisionId: string; deviceToken: string; jkt: string | undefined },
): Promise<VerifyAnswer> {
  const decision = await findDecisionById(deps.pool, decisionId);
  const sessionId = decision?.subjectSessionId ?? decision?.sessionId;
  const session = sessionId ? await findSession(deps.pool, sessionId) : undefined;
  if (!decision || !session?.live || !session.userActive) throw new Problem('verification_failed');
  const trust = await findTrustedDevice(deps.pool, hashSecret(deviceToken));
  return {
    verified: true,
    userId: session.userId,
    sessionId: session.id,
    receipt: await signReceiptOf(deps, session, decision),
    ...(trust && { deviceToken, deviceTokenExpiresAt: trust.trustedUntil.toISOString() }),
    ...(decision.issuesToken && (await userToken(deps, session, jkt))),
  };
}
