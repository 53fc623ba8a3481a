/** `POST /api/v1/auth/recovery`, `…/:id/confirm`, `…/:id/reset`: e-mail code, then a new password. */
import { Type } from '@sinclair/typebox';
import { RECOVERY_CODE_DIGITS } from '../../../domain/recovery';
import { countedAs } from '../../../network/ip-address';
import { ipKey } from '../../../runtime/identity-keys';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { credentialsOf, directoryCaller, loginKey } from '../../directory';
import { confirmRecovery, recoveryOf, requestRecovery, resetPassword } from '../../recovery';
import { ClientId, DecisionId, Ip, NewPassword, OrganizationId, problems, Strict } from '../../schemas';

const shared = { tags: ['Recovery'] };
const params = Strict({ id: Type.String({ minLength: 1, maxLength: 128, description: 'The recovery id' }) });

const requestSchema = {
  ...shared,
  summary: 'Ask for account recovery',
  description:
    'Always 202: the answer is the same for a login that nobody has. `decisionId` names the blocked sign-in (`X-Decision-Id`) whose device is to be let through to MFA.',
  security: [{ client: [] }, {}],
  headers: Type.Object({ 'x-client-id': Type.Optional(ClientId) }),
  body: Strict({
    login: Type.String({ minLength: 1, maxLength: 256 }),
    organizationId: Type.Optional(OrganizationId),
    decisionId: Type.Optional(DecisionId),
    ip: Type.Optional(Ip),
  }),
  response: {
    202: Type.Object({
      recoveryId: Type.String({ description: 'A secret: whoever has it and the code may set the password' }),
      expiresIn: Type.Integer({ description: 'Seconds until the code is worth nothing' }),
    }),
    ...problems(400, 401, 403, 429, 503),
  },
};

const confirmSchema = {
  ...shared,
  summary: 'Prove the e-mail address by its code',
  description: 'Five tries.',
  security: [],
  params,
  body: Strict({ code: Type.String({ pattern: `^[0-9]{${RECOVERY_CODE_DIGITS}}$` }) }),
  response: {
    200: Type.Object({
      confirmed: Type.Literal(true),
      expiresIn: Type.Integer({ description: 'Seconds in which the new password must be set' }),
    }),
    ...problems(400, 401, 429, 503),
  },
};

const resetSchema = {
  ...shared,
  summary: 'Set a new password',
  description: 'Ends every session and the trust in every device.',
  security: [],
  params,
  body: Strict({ newPassword: NewPassword }),
  response: {
    200: Type.Object({
      passwordChanged: Type.Literal(true),
      blockWaivedFor: Type.Integer({
        description: 'Seconds in which the blocked device is asked for MFA instead; 0 without one',
      }),
    }),
    ...problems(400, 401, 429, 503),
  },
};

export function registerRecoveryRoutes(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/recovery', { schema: requestSchema }, async (request, reply) => {
    const { body } = request;
    const { client, isPublic } = await directoryCaller(deps, request);
    // A budget of its own: asking for recovery must not keep the owner from signing in.
    await deps.limits.login(`recovery:${loginKey(deps, client, body.login)}`);
    const ip = isPublic ? request.ip : body.ip;
    // Each is a workflow, for a login that nobody has, too.
    if (ip !== undefined) await deps.limits.recovery(ip);
    const user = await credentialsOf(deps, client, body);
    const opened = await requestRecovery(deps, {
      client,
      user,
      decisionId: body.decisionId,
      ipKey: ip === undefined ? undefined : ipKey(deps.keys, countedAs(parseAddress(ip, 'body/ip'))),
    });
    return reply.code(202).send(opened);
  });

  app.post('/api/v1/auth/recovery/:id/confirm', { schema: confirmSchema }, async (request) => {
    await deps.limits.address(request.ip);
    const recovery = await recoveryOf(deps, request.params.id, request.ip);
    return confirmRecovery(deps, recovery, request.body.code);
  });

  app.post('/api/v1/auth/recovery/:id/reset', { schema: resetSchema }, async (request) => {
    // A password hash a request: guessing ids, or repeating, must not keep the processor busy.
    await deps.limits.address(request.ip);
    const recovery = await recoveryOf(deps, request.params.id, request.ip);
    return resetPassword(deps, recovery, request.body.newPassword);
  });
}
