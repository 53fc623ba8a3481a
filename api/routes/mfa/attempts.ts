/** `POST /api/v1/auth/attempts`: a failed first factor, so that risk can count it. */
import { Type } from '@sinclair/typebox';
import { deviceKey, ipKey, unknownLoginKey } from '../../../runtime/identity-keys';
import { hashSecret } from '../../../runtime/random-ids';
import { insertFailure } from '../../../storage/sign-in-failures';
import { findUser, findUserByLogin } from '../../../storage/users';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { acceptsUser, targetApplication } from '../../target-application';
import { ClientId, DeviceToken, Fingerprint, Ip, problems, Strict, UserAgent, UserId } from '../../schemas';

const schema = {
  tags: ['Sign-in'],
  summary: 'Report a failed first factor',
  security: [{ client: [] }, { token: [] }],
  body: Strict({
    userId: Type.Optional(UserId),
    login: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    clientId: Type.Optional(ClientId),
    ip: Ip,
    fingerprint: Fingerprint,
    deviceToken: Type.Optional(DeviceToken),
    userAgent: UserAgent,
    outcome: Type.Literal('failure'),
    reason: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  response: { 202: Type.Object({ recorded: Type.Literal(true) }), ...problems(400, 401, 403, 404, 429, 503) },
};

export function registerAttemptsRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/attempts', { schema, onRequest: requireClient(deps) }, async (request, reply) => {
    const client = clientOf(request);
    const { userId, login, ip, fingerprint, deviceToken, reason } = request.body;
    if ((userId === undefined) === (login === undefined)) {
      throw new Problem('invalid_request', { detail: 'body: exactly one of userId and login is needed.' });
    }
    const address = parseAddress(ip, 'body/ip');
    const target = await targetApplication(deps, client, request.body.clientId);
    const { clientId } = target;
    const user =
      userId === undefined
        ? await findUserByLogin(deps.pool, client.organizationId, login ?? '')
        : await findUser(deps.pool, userId);
    if (userId !== undefined && (!user || !acceptsUser(target, client, user)))
      throw new Problem('user_not_found');
    await insertFailure(deps.pool, {
      accountKey: user?.id ?? unknownLoginKey(deps.keys, client.organizationId, login ?? ''),
      userId: user?.id,
      clientId,
      deviceKey: user && deviceKey(deps.keys, user.id, fingerprint),
      ipKey: ipKey(deps.keys, address),
      deviceTokenHash: deviceToken === undefined ? undefined : hashSecret(deviceToken),
      reason,
    });
    return reply.code(202).send({ recorded: true });
  });
}
