/** Applications and their policy: create, list, read, PATCH with immediate effect. */
import type { FastifyRequest } from 'fastify';
import { findApplication, listApplications, type ApplicationRow } from '../../../storage/applications';
import type { App } from '../../app';
import { changeApplication, createApplication } from '../../application-changes';
import type { ClientPrincipal } from '../../client-authentication';
import type { ApiDeps } from '../../deps';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { limitOf } from '../../schemas';
import { applicationAnswer, createSchema, etagOf, getSchema, listSchema, patchSchema } from './schemas';

export function registerApplicationRoutes(app: App, deps: ApiDeps): void {
  const onRequest = requireClient(deps, 'applications:write');

  app.post('/api/v1/applications', { schema: createSchema, onRequest }, async (request, reply) => {
    const { row, ...secret } = await createApplication(deps, clientOf(request), request.body);
    return reply
      .code(201)
      .header('etag', etagOf(row))
      .send({ ...applicationAnswer(row), ...secret });
  });

  app.get('/api/v1/applications', { schema: listSchema, onRequest }, async (request) => {
    const limit = limitOf(request.query.limit);
    const { organizationId } = clientOf(request);
    const rows = await listApplications(deps.pool, { organizationId, after: request.query.cursor, limit });
    const nextCursor = rows.length === limit ? (rows.at(-1)?.clientId ?? null) : null;
    return { applications: rows.map(applicationAnswer), nextCursor };
  });

  app.get('/api/v1/applications/:id', { schema: getSchema, onRequest }, async (request, reply) => {
    const row = await ownApplication(deps, clientOf(request), request.params.id);
    return reply.header('etag', etagOf(row)).send(applicationAnswer(row));
  });

  app.patch('/api/v1/applications/:id', { schema: patchSchema, onRequest }, async (request, reply) => {
    const row = await ownApplication(deps, clientOf(request), request.params.id);
    assertMatches(request, row);
    const changed = await changeApplication(deps, clientOf(request), { row, body: request.body });
    return reply.header('etag', etagOf(changed)).send(applicationAnswer(changed));
  });
}

async function ownApplication(deps: ApiDeps, client: ClientPrincipal, id: string): Promise<ApplicationRow> {
  const row = await findApplication(deps.pool, id, client.organizationId);
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
