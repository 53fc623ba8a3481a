/** `POST /api/v1/admin/users/:userId/…`: unlock, disable, enable, reset factors, revoke sessions. */
import { Type } from '@sinclair/typebox';
import { ACCOUNT_ACTIONS, actOnAccount, type AccountAction } from '../../account-changes';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { problems, Strict, UserId } from '../../schemas';

const SUMMARIES: Readonly<Record<AccountAction, string>> = {
  unlock: 'Forget the wrong answers of a user',
  disable: 'Disable a user; every session and device trust ends',
  enable: 'Enable a disabled user',
  'reset-factors': 'Remove the MFA methods of a user; every session and device trust ends',
  'revoke-sessions': 'End every session of a user',
};

export function registerAccountActions(app: App, deps: ApiDeps): void {
  const onRequest = requireActor(deps, 'admin:write');
  for (const action of ACCOUNT_ACTIONS) {
    const schema = {
      tags: ['Admin'],
      summary: SUMMARIES[action],
      security: [{ client: [] }, { token: [] }],
      params: Strict({ userId: UserId }),
      response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 409, 429, 503) },
    };
    app.post(`/api/v1/admin/users/:userId/${action}`, { schema, onRequest }, async (request, reply) => {
      await actOnAccount(deps, actorOf(request), { userId: request.params.userId, action });
      return reply.code(204).send(null);
    });
  }
}
