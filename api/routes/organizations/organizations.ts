/** `POST|GET /api/v1/organizations`: the tenants, for those who run the platform. */
import { Type } from '@sinclair/typebox';
import { listOrganizations, type OrganizationRow } from '../../../storage/organizations';
import type { App } from '../../app';
import { createOrganization } from '../../create-organization';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { Limit, limitOf, Nullable, OrganizationId, problems, Strict } from '../../schemas';
import { UserInputSchema, UserSchema, userAnswer } from '../users/schemas';

const organizationProperties = {
  id: Type.String(),
  name: Type.String(),
  suspended: Type.Boolean(),
  createdAt: Type.String({ format: 'date-time' }),
};

const shared = { tags: ['Organizations'], security: [{ client: [] }, { token: [] }] };

const createSchema = {
  ...shared,
  summary: 'Create an organization',
  description: 'With `admin` its first user too, who gets the role `org-admin`.',
  body: Strict({
    name: Type.String({ minLength: 1, maxLength: 128 }),
    admin: Type.Optional(UserInputSchema),
  }),
  response: {
    201: Type.Object({ ...organizationProperties, admin: Type.Optional(UserSchema) }),
    ...problems(400, 401, 403, 429, 503),
  },
};

const listSchema = {
  ...shared,
  summary: 'List organizations',
  querystring: Strict({ cursor: Type.Optional(OrganizationId), limit: Type.Optional(Limit) }),
  response: {
    200: Type.Object({
      organizations: Type.Array(Type.Object(organizationProperties)),
      nextCursor: Nullable(Type.String()),
    }),
    ...problems(400, 401, 403, 429, 503),
  },
};

export function registerOrganizationRoutes(app: App, deps: ApiDeps): void {
  const onRequest = requireActor(deps, 'organizations:write');

  app.post('/api/v1/organizations', { schema: createSchema, onRequest }, async (request, reply) => {
    const { organization, admin } = await createOrganization(deps, actorOf(request), request.body);
    const answer = { ...organizationAnswer(organization), ...(admin && { admin: userAnswer(admin) }) };
    return reply.code(201).send(answer);
  });

  app.get('/api/v1/organizations', { schema: listSchema, onRequest }, async (request) => {
    const limit = limitOf(request.query.limit);
    const rows = await listOrganizations(deps.pool, { after: request.query.cursor, limit });
    const nextCursor = rows.length === limit ? (rows.at(-1)?.id ?? null) : null;
    return { organizations: rows.map(organizationAnswer), nextCursor };
  });
}

function organizationAnswer({ id, name, suspended, createdAt }: OrganizationRow) {
  return { id, name, suspended, createdAt: createdAt.toISOString() };
}
