/** Applications and their policy: create, list, read, PATCH with immediate effect, a new secret. */
import type { FastifyRequest } from 'fastify';
import { findApplication, listApplications, type ApplicationRow } from '../../../storage/applications';
import type { App } from '../../app';
import { organizationSeenBy, type Actor } from '../../actor';
import { changeApplication, createApplication, rotateSecret } from '../../application-changes';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { Problem } from '../../problem';
import { limitOf } from '../../schemas';
import {
  applicationAnswer,
  createSchema,
  etagOf,
  getSchema,
  listSchema,
  patchSchema,
  secretSchema,
} from './schemas';

export function registerApplicationRoutes(app: App, deps: ApiDeps): void {
  const mayWrite = requireActor(deps, 'applications:write');
  const mayRead = requireActor(deps, 'applications:read');

  app.post('/api/v1/applications', { schema: createSchema, onRequest: mayWrite }, async (request, reply) => {
    const { row, ...secret } = await createApplication(deps, actorOf(request), request.body);
    return reply
      .code(201)
      .header('etag', etagOf(row))
      .send({ ...applicationAnswer(row), ...secret });
  });

  app.get('/api/v1/applications', { schema: listSchema, onRequest: mayRead }, async (request) => {
    const limit = limitOf(request.query.limit);
    const organizationId = organizationSeenBy(actorOf(request), request.query.organizationId);
    const rows = await listApplications(deps.pool, { organizationId, after: request.query.cursor, limit });
    const nextCursor = rows.length === limit ? (rows.at(-1)?.clientId ?? null) : null;
    return { applications: rows.map(applicationAnswer), nextCursor };
  });

  app.get('/api/v1/applications/:id', { schema: getSchema, onRequest: mayRead }, async (request, reply) => {
    const row = await visibleApplication(deps, actorOf(request), request.params.id);
    return reply.header('etag', etagOf(row)).send(applicationAnswer(row));
  });

  app.patch(
    '/api/v1/applications/:id',
    { schema: patchSchema, onRequest: mayWrite },
    async (request, reply) => {
      const row = await visibleApplication(deps, actorOf(request), request.params.id);
      assertMatches(request, row);
      const changed = await changeApplication(deps, actorOf(request), { row, body: request.body });
      return reply.header('etag', etagOf(changed)).send(applicationAnswer(changed));
    },
  );

  const secretPath = '/api/v1/applications/:id/secret';
  app.post(secretPath, { schema: secretSchema, onRequest: mayWrite }, async (request) => {
    const row = await visibleApplication(deps, actorOf(request), request.params.id);
    return { clientId: row.clientId, clientSecret: await rotateSecret(deps, actorOf(request), row) };
  });
}

/** An application that the actor sees; another organization's is as unknown as one that does not exist. */
async function visibleApplication(deps: ApiDeps, actor: Actor, id: string): Promise<ApplicationRow> {
  const row = await findApplication(deps.pool, id, organizationSeenBy(actor));
  if (!row) throw new Problem('application_not_found');
  return row;
}

/** `If-Match` (RFC 9110 §13.1.1): somebody else's change in between is not overwritten. */
function assertMatches(request: FastifyRequest, row: ApplicationRow): void {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(row))) throw new Problem('version_conflict');
}
