/** `POST|GET|PATCH|DELETE /api/v1/users`: the users of the caller's organization. */
import { Type } from '@sinclair/typebox';
import { findUser, listUsers } from '../../../storage/users';
import type { App } from '../../app';
import { assertOutranks, organizationSeenBy, organizationToCreateIn } from '../../actor';
import { deleteAccount, patchAccount } from '../../account-changes';
import { createUser, refusedUser } from '../../create-user';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { Problem } from '../../problem';
import { Limit, limitOf, OrganizationId, problems, Strict, UserId } from '../../schemas';
import { CreateUserSchema, UserPatchSchema, UserSchema, userAnswer } from './schemas';

const shared = { tags: ['Users'], security: [{ client: [] }, { token: [] }] };

const createSchema = {
  ...shared,
  summary: 'Create a user',
  body: CreateUserSchema,
  response: { 201: UserSchema, ...problems(400, 401, 403, 404, 409, 429, 503) },
};

const listSchema = {
  ...shared,
  summary: 'List users',
  querystring: Strict({
    organizationId: Type.Optional(OrganizationId),
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

const patchSchema = {
  ...shared,
  summary: 'Change a user',
  description: 'A new password ends every session of the user. `null` takes an address or external id away.',
  params: Strict({ userId: UserId }),
  body: UserPatchSchema,
  response: { 200: UserSchema, ...problems(400, 401, 403, 404, 409, 429, 503) },
};

const deleteSchema = {
  ...shared,
  summary: 'Delete a user; decisions and audit events stay',
  params: Strict({ userId: UserId }),
  response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 409, 429, 503) },
};

export function registerUserRoutes(app: App, deps: ApiDeps): void {
  const mayWrite = requireActor(deps, 'users:write');
  const mayRead = requireActor(deps, 'users:read');

  app.post('/api/v1/users', { schema: createSchema, onRequest: mayWrite }, async (request, reply) => {
    const actor = actorOf(request);
    const { organizationId: named, ...input } = request.body;
    const organizationId = await organizationToCreateIn(deps, actor, named);
    assertOutranks(actor, input.roles ?? []);
    const { by, clientId } = actor;
    const created = await createUser(deps, input, { organizationId, clientId, by, event: 'user.created' });
    if (!created.ok) throw refusedUser(created);
    return reply.code(201).send(userAnswer(created.user));
  });

  app.get('/api/v1/users', { schema: listSchema, onRequest: mayRead }, async (request) => {
    const { login, externalId, cursor } = request.query;
    const limit = limitOf(request.query.limit);
    const organizationId = organizationSeenBy(actorOf(request), request.query.organizationId);
    const users = await listUsers(deps.pool, { organizationId, login, externalId, after: cursor, limit });
    return {
      users: users.map(userAnswer),
      nextCursor: users.length === limit ? (users.at(-1)?.id ?? null) : null,
    };
  });

  app.get('/api/v1/users/:userId', { schema: getSchema, onRequest: mayRead }, async (request) => {
    const user = await findUser(deps.pool, request.params.userId);
    const seen = organizationSeenBy(actorOf(request));
    if (!user || (seen !== undefined && user.organizationId !== seen)) throw new Problem('user_not_found');
    return userAnswer(user);
  });

  app.patch('/api/v1/users/:userId', { schema: patchSchema, onRequest: mayWrite }, async (request) => {
    const { userId } = request.params;
    return userAnswer(await patchAccount(deps, actorOf(request), { userId, patch: request.body }));
  });

  const deleting = { schema: deleteSchema, onRequest: mayWrite };
  app.delete('/api/v1/users/:userId', deleting, async (request, reply) => {
    await deleteAccount(deps, actorOf(request), request.params.userId);
    return reply.code(204).send(null);
  });
}
