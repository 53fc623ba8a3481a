/** An application looks at the sessions it opened, and ends them when its user signs out. */
import { Type } from '@sinclair/typebox';
import { findSession, type SessionRow } from '../../../storage/session-lookup';
import { findApplication } from '../../../storage/applications';
import type { App } from '../../app';
import type { ClientPrincipal } from '../../client-authentication';
import type { ApiDeps } from '../../deps';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { Nullable, problems, Strict } from '../../schemas';
import { endUserSession } from '../../session-changes';
import { SessionId } from '../auth/session-schemas';

const Instant = Type.String({ format: 'date-time' });
const shared = {
  tags: ['Sessions'],
  security: [{ client: [] }, { token: [] }],
  params: Strict({ id: SessionId }),
};

const getSchema = {
  ...shared,
  summary: 'Whether a session still stands',
  description:
    '`active` is false once it has ended, is past a limit, or its user is disabled. `stepUpRequired` asks for a step-up before anything else.',
  response: {
    200: Type.Object({
      id: Type.String(),
      userId: Type.String(),
      clientId: Type.String(),
      active: Type.Boolean(),
      stepUpRequired: Type.Boolean(),
      createdAt: Instant,
      expiresAt: Instant,
      lastMfaAt: Nullable(Instant),
    }),
    ...problems(400, 401, 404, 429, 503),
  },
};

const endSchema = {
  ...shared,
  summary: 'End a session',
  response: { 204: Type.Null(), ...problems(400, 401, 404, 429, 503) },
};

export function registerClientSessionRoutes(app: App, deps: ApiDeps): void {
  const onRequest = requireClient(deps);

  app.get('/api/v1/sessions/:id', { schema: getSchema, onRequest }, async (request) => {
    const session = await ownSession(deps, clientOf(request), request.params.id);
    const { id, userId, clientId, createdAt, expiresAt, proofAt, stepUpRequired } = session;
    return {
      id,
      userId,
      clientId,
      active: session.live && session.userActive,
      stepUpRequired,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      lastMfaAt: proofAt?.toISOString() ?? null,
    };
  });

  app.delete('/api/v1/sessions/:id', { schema: endSchema, onRequest }, async (request, reply) => {
    const { id: sessionId, userId } = await ownSession(deps, clientOf(request), request.params.id);
    await endUserSession(deps, { userId, sessionId }, 'ended_by_application');
    return reply.code(204).send(null);
  });
}

/** A session of the calling application, or of another one of its organization for a gateway. */
async function ownSession(deps: ApiDeps, client: ClientPrincipal, id: string): Promise<SessionRow> {
  const session = await findSession(deps.pool, id);
  if (!session || !(await speaksFor(deps, client, session.clientId))) throw new Problem('not_found');
  return session;
}

async function speaksFor(deps: ApiDeps, client: ClientPrincipal, clientId: string): Promise<boolean> {
  if (client.clientId === clientId) return true;
  if (!client.scopes.has('gateway')) return false;
  return (await findApplication(deps.pool, clientId, client.organizationId)) !== undefined;
}
