/** The user's own sessions: list, end one, sign out. */
import { Type } from '@sinclair/typebox';
import { listLiveSessions } from '../../../storage/session-lookup';
import { revokeOwnSession } from '../../../storage/sessions';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { Problem } from '../../problem';
import { problems, Strict } from '../../schemas';
import { requireUser } from '../../subject';

const shared = { tags: ['Directory'], security: [{ token: [] }] };

const listSchema = {
  ...shared,
  summary: "List the user's live sessions",
  response: {
    200: Type.Object({
      sessions: Type.Array(
        Type.Object({
          id: Type.String(),
          clientId: Type.String(),
          createdAt: Type.String({ format: 'date-time' }),
          lastMfaAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
          current: Type.Boolean(),
        }),
      ),
    }),
    ...problems(401, 429, 503),
  },
};

const revokeSchema = {
  ...shared,
  summary: "End one of the user's sessions",
  params: Strict({ id: Type.String({ pattern: '^ses_[A-Za-z0-9_-]{22}$' }) }),
  response: { 204: Type.Null(), ...problems(400, 401, 404, 429, 503) },
};

const signOutSchema = {
  ...shared,
  summary: 'End the session of the access token',
  response: { 204: Type.Null(), ...problems(401, 429, 503) },
};

export function registerSessionRoutes(app: App, deps: ApiDeps): void {
  app.get('/api/v1/auth/sessions', { schema: listSchema }, async (request) => {
    const user = await requireUser(deps, request);
    const sessions = await listLiveSessions(deps.pool, user.userId, 200);
    return {
      sessions: sessions.map(({ id, clientId, createdAt, lastMfaAt }) => ({
        id,
        clientId,
        createdAt: createdAt.toISOString(),
        lastMfaAt: lastMfaAt?.toISOString() ?? null,
        current: id === user.session.id,
      })),
    };
  });

  app.delete('/api/v1/auth/sessions/:id', { schema: revokeSchema }, async (request, reply) => {
    const user = await requireUser(deps, request);
    if (!(await revokeOwnSession(deps.pool, user.userId, request.params.id))) throw new Problem('not_found');
    return reply.code(204).send(null);
  });

  app.post('/api/v1/auth/sign-out', { schema: signOutSchema }, async (request, reply) => {
    const user = await requireUser(deps, request);
    await revokeOwnSession(deps.pool, user.userId, user.session.id);
    return reply.code(204).send(null);
  });
}
