/** `POST|GET /api/v1/users`: the users of the caller's organization. */
import { Type } from '@sinclair/typebox';
import { findUser, listUsers } from '../../../storage/users';
import type { App } from '../../app';
import { createUser } from '../../create-user';
import type { ApiDeps } from '../../deps';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { Limit, limitOf, problems, Strict, UserId } from '../../schemas';
import { UserInputSchema, UserSchema, userAnswer } from './schemas';

const shared = { tags: ['Users'], security: [{ client: [] }, { token: [] }] };

const createSchema = {
  ...shared,
  summary: 'Create a user',
  body: UserInputSchema,
  response: { 201: UserSchema, ...problems(400, 401, 403, 409, 429, 503) },
};

const listSchema = {
  ...shared,
  summary: 'List users',
  querystring: Strict({
    login: Type.Optional(Type.String({ maxLength: 256 })),
    externalId: Type.Optional(Type.String({ maxLength: 256 })),
    cursor: Type.Optional(UserId),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({ users: Type.Array(UserSchema), nextCursor: Type.Union([Type.String(), Type.Null()]) }),
    ...problems(400, 401, 403, 429, 503),
  },
};

const getSchema = {
  ...shared,
  summary: 'Read a user',
  params: Strict({ userId: UserId }),
  response: { 200: UserSchema, ...problems(400, 401, 403, 404, 429, 503) },
};

export function registerUserRoutes(app: App, deps: ApiDeps): void {
  const mayWrite = requireClient(deps, 'users:write');
  const mayRead = requireClient(deps, 'users:read');

  app.post('/api/v1/users', { schema: createSchema, onRequest: mayWrite }, async (request, reply) => {
    const { organizationId, clientId } = clientOf(request);
    const created = await createUser(deps, request.body, { organizationId, clientId, event: 'user.created' });
    if (!created.ok) {
      const { code, detail, rule } = created;
      throw new Problem(code, { detail, ...(rule !== undefined && { members: { rule } }) });
    }
    return reply.code(201).send(userAnswer(created.user));
  });

  app.get('/api/v1/users', { schema: listSchema, onRequest: mayRead }, async (request) => {
    const { login, externalId, cursor } = request.query;
    const limit = limitOf(request.query.limit);
    const { organizationId } = clientOf(request);
    const users = await listUsers(deps.pool, { organizationId, login, externalId, after: cursor, limit });
    return {
      users: users.map(userAnswer),
      nextCursor: users.length === limit ? (users.at(-1)?.id ?? null) : null,
    };
  });

  app.get('/api/v1/users/:userId', { schema: getSchema, onRequest: mayRead }, async (request) => {
    const user = await findUser(deps.pool, request.params.userId);
    if (user?.organizationId !== clientOf(request).organizationId) throw new Problem('user_not_found');
    return userAnswer(user);
  });
}
