/** `POST /api/v1/auth/mfa/status/check`: does this sign-in need MFA? */
import { Type, type Static } from '@sinclair/typebox';
import { FIRST_FACTORS } from '../../../domain/credentials/receipt';
import { findUser } from '../../../storage/users';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import type { ClientPrincipal } from '../../client-authentication';
import { replyToSignIn } from '../../decision-reply';
import type { ApiDeps } from '../../deps';
import { idempotencyKeyOf, reserve } from '../../idempotency';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { ClientId, DeviceToken, Fingerprint, Ip, problems, Strict, UserAgent, UserId } from '../../schemas';
import { startSignIn, type SignInRequest } from '../../start-sign-in';
import { SignInAnswer, signInRefusal } from './sign-in-answer';
import { acceptsUser, targetApplication, type TargetApplication } from '../../target-application';

const Body = Strict({
  userId: UserId,
  clientId: Type.Optional(ClientId),
  ip: Ip,
  userAgent: UserAgent,
  fingerprint: Fingerprint,
  deviceToken: Type.Optional(DeviceToken),
  sessionId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  primary: Type.Optional(Type.Union(FIRST_FACTORS.map((factor) => Type.Literal(factor)))),
  attributes: Type.Optional(
    Type.Record(
      Type.String({ maxLength: 64 }),
      Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]),
      { maxProperties: 20 },
    ),
  ),
});

const schema = {
  tags: ['Sign-in'],
  summary: 'Does this sign-in need MFA?',
  description:
    'Decides skip, challenge or block. A 200 with `mfaRequired:false` always means: let the user in. Optional header `Idempotency-Key` (10 minutes, per caller).',
  security: [{ client: [] }, { token: [] }],
  body: Body,
  response: {
    200: SignInAnswer,
    403: signInRefusal,
    ...problems(400, 401, 404, 409, 422, 429, 503),
  },
};

export function registerStatusCheckRoute(app: App, deps: ApiDeps): void {
  app.post(
    '/api/v1/auth/mfa/status/check',
    { schema, onRequest: requireClient(deps) },
    async (request, reply) => {
      const client = clientOf(request);
      const { body } = request;
      const ip = parseAddress(body.ip, 'body/ip');
      const target = await targetApplication(deps, client, body.clientId);
      await inOrder([
        assertUser(deps, client, { userId: body.userId, target }),
        deps.limits.userSignIns(body.userId),
      ]);
      const key = idempotencyKeyOf(request);
      const reservation =
        key === undefined
          ? undefined
          : await reserve(deps, { caller: ['status-check', client.clientId], key, body });
      const started = await startSignIn(deps, client, {
        reservation,
        request: signInRequest(body, ip, target.clientId),
      });
      return replyToSignIn(deps, reply, { started, userId: body.userId, clientId: target.clientId });
    },
  );
}

/** Postgres and Redis at the same time; the first refusal in this order is the one that is told. */
async function inOrder(checks: readonly Promise<void>[]): Promise<void> {
  for (const check of await Promise.allSettled(checks)) {
    if (check.status === 'rejected') throw check.reason;
  }
}

function signInRequest(body: Static<typeof Body>, ip: string, clientId: string): SignInRequest {
  return {
    clientId,
    userId: body.userId,
    ip,
    userAgent: body.userAgent,
    fingerprint: body.fingerprint,
    deviceToken: body.deviceToken,
    externalSessionId: body.sessionId,
    firstFactor: body.primary ?? 'password',
  };
}

/** A foreign user is as unknown as one that does not exist. */
async function assertUser(
  deps: ApiDeps,
  client: ClientPrincipal,
  { userId, target }: { userId: string; target: TargetApplication },
): Promise<void> {
  const user = await findUser(deps.pool, userId);
  if (!user || !acceptsUser(target, client, user)) throw new Problem('user_not_found');
}
