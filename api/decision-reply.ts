/** A decision as an HTTP answer (`2-api`: status/check). Never says which signal decided. */
import type { FastifyReply } from 'fastify';
import { hashSecret } from '../runtime/random-ids';
import { insertEnrollmentSession, ENROLLMENT_TOKEN_SECONDS } from '../storage/enrollment-sessions';
import { findSession } from '../storage/session-lookup';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { signReceiptOf, userToken } from './receipts';
import type { StartedSignIn } from './start-sign-in';

/** Exactly the product's words; the decision's id is in the header only. */
export const BLOCKED = {
  error: 'access_denied',
  error_description: 'Login blocked due to suspicious activity. Please try again later.',
} as const;

interface Answering {
  readonly started: StartedSignIn;
  readonly userId: string;
  readonly clientId: string;
  /** Thumbprint of the key that an access token is bound to. */
  readonly jkt?: string | undefined;
}

/** Answers a started sign-in. */
export async function replyToSignIn(
  deps: ApiDeps,
  reply: FastifyReply,
  answering: Answering,
): Promise<FastifyReply> {
  const { decided } = answering.started;
  if (decided.outcome === 'block') {
    return reply.code(403).header('x-decision-id', decided.decisionId).send(BLOCKED);
  }
  if (decided.outcome === 'allow') return reply.send(await allowed(deps, answering));
  if (decided.enrollment !== 'none') return refuseForEnrollment(deps, answering);
  return reply.send(challenged(answering.started));
}

function challenged({ decided, mfaSessionId, expiresInSeconds }: StartedSignIn) {
  return {
    mfaRequired: true,
    requireMFA: true,
    mfaSessionId,
    methods: decided.methods,
    expiresIn: expiresInSeconds,
    enrollmentRequired: false,
    decisionId: decided.decisionId,
  };
}

async function allowed(deps: ApiDeps, { started: { decided }, jkt }: Answering) {
  const session = await findSession(deps.pool, decided.sessionId ?? '');
  if (!session) throw new Problem('unavailable');
  const { createdAt } = session;
  const decision = {
    id: decided.decisionId,
    purpose: 'sign-in',
    action: null,
    transactionHash: null,
  } as const;
  return {
    mfaRequired: false,
    requireMFA: false,
    enrollmentRequired: decided.enrollment === 'allowed_without_method',
    decisionId: decided.decisionId,
    sessionId: session.id,
    receipt: await signReceiptOf(deps, session, { ...decision, createdAt, endedAt: createdAt }),
    ...(session.issuesToken && (await userToken(deps, session, jkt))),
  };
}

async function refuseForEnrollment(deps: ApiDeps, { started, userId, clientId }: Answering): Promise<never> {
  const { decided, mfaSessionId } = started;
  const code =
    decided.enrollment === 'email_verification_required'
      ? 'email_verification_required'
      : 'enrollment_required';
  const headers = { 'x-decision-id': decided.decisionId };
  if (decided.enrollment === 'denied') throw new Problem(code, { headers });
  // Derived from the session's secret, so that a repeated request gets the same answer.
  const derive = (what: string) => deps.keys.digest('enrollment', [what, mfaSessionId]).toString('base64url');
  const enrollmentSessionId = derive('session');
  const token = decided.enrollment === 'enrollment_required_token' ? derive('token') : undefined;
  await insertEnrollmentSession(deps.pool, {
    idHash: hashSecret(enrollmentSessionId),
    userId,
    clientId,
    decisionId: decided.decisionId,
    tokenHash: token === undefined ? undefined : hashSecret(token),
  });
  throw new Problem(code, {
    headers,
    members: {
      decisionId: decided.decisionId,
      enrollmentSessionId,
      ...(token !== undefined && { enrollmentToken: token, expiresIn: ENROLLMENT_TOKEN_SECONDS }),
    },
  });
}
