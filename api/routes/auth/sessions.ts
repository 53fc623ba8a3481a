/** The user's own sessions: list, renew, end, disown, sign out. */
import { decodeJwt } from 'jose';
import { listLiveSessions } from '../../../storage/session-lookup';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { Problem } from '../../problem';
import { userToken } from '../../receipts';
import { endOtherSessions, endUserSession, reportSession } from '../../session-changes';
import { requireUser } from '../../subject';
import {
  endOthersSchema,
  endSchema,
  listSchema,
  renewSchema,
  reportSchema,
  sessionAnswer,
  signOutSchema,
} from './session-schemas';

export function registerSessionRoutes(app: App, deps: ApiDeps): void {
  app.get('/api/v1/auth/sessions', { schema: listSchema }, async (request) => {
    const { userId, session } = await requireUser(deps, request);
    const sessions = await listLiveSessions(deps.pool, userId, 200);
    return { sessions: sessions.map((row) => sessionAnswer(row, session.id)) };
  });

  app.post('/api/v1/auth/sessions/renew', { schema: renewSchema }, async (request) => {
    const { session } = await requireUser(deps, request);
    // Only what began with our own password check was ever given a token.
    if (!session.issuesToken) throw new Problem('forbidden');
    // A bound token is renewed for the same key: its proof came with this very request.
    const token = await userToken(deps, session, await deps.dpop.keyOf(request));
    const { iat = 0, exp = 0 } = decodeJwt(token.accessToken);
    return { ...token, expiresIn: exp - iat };
  });

  // Ending and disowning need no fresh MFA: whoever suspects a stranger must not be held up.
  app.delete('/api/v1/auth/sessions', { schema: endOthersSchema }, async (request, reply) => {
    await endOtherSessions(deps, await requireUser(deps, request));
    return reply.code(204).send(null);
  });

  app.delete('/api/v1/auth/sessions/:id', { schema: endSchema }, async (request, reply) => {
    const { userId } = await requireUser(deps, request);
    const session = { userId, sessionId: request.params.id };
    if (!(await endUserSession(deps, session, 'ended_by_user'))) throw new Problem('not_found');
    return reply.code(204).send(null);
  });

  app.post('/api/v1/auth/sessions/:id/report', { schema: reportSchema }, async (request, reply) => {
    const user = await requireUser(deps, request);
    if (!(await reportSession(deps, user, request.params.id))) throw new Problem('not_found');
    return reply.code(204).send(null);
  });

  app.post('/api/v1/auth/sign-out', { schema: signOutSchema }, async (request, reply) => {
    const { userId, session } = await requireUser(deps, request, { owingStepUp: true });
    await endUserSession(deps, { userId, sessionId: session.id }, 'signed_out');
    return reply.code(204).send(null);
  });
}
