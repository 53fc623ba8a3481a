/** `/api/v1/auth/mfa/methods`: the factors of a user, listed, named and removed. */
import { Type } from '@sinclair/typebox';
import { METHODS } from '../../../domain/session';
import { listFactors, renameFactor, type FactorRow } from '../../../storage/factors';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { changeFactors } from '../../factor-changes';
import { changingSubject } from '../../changing-subject';
import { Problem } from '../../problem';
import { removeMethod } from '../../remove-factor';
import { MethodId, MethodName, Nullable, problems, Strict, UserId } from '../../schemas';
import { subjectOf } from '../../subject';

const PATH = '/api/v1/auth/mfa/methods';
const Instant = Type.String({ format: 'date-time' });
const querystring = Strict({ userId: Type.Optional(UserId) });
const params = Strict({ methodId: MethodId });
const shared = { tags: ['Factors'], security: [{ client: [] }, { token: [] }], querystring };

const listSchema = {
  ...shared,
  summary: "List a user's factors",
  response: {
    200: Type.Object({
      methods: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.Union(METHODS.map((type) => Type.Literal(type))),
          name: Type.String(),
          state: Type.Union([Type.Literal('active'), Type.Literal('disabled')], {
            description: 'A disabled one does not count; backup codes are when all are used',
          }),
          createdAt: Instant,
          lastUsedAt: Nullable(Instant),
        }),
      ),
    }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

const renameSchema = {
  ...shared,
  summary: 'Name a factor',
  params,
  body: Strict({ name: MethodName }),
  response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 429, 503) },
};

const removeSchema = {
  ...shared,
  summary: 'Remove a factor',
  description:
    'At once: open challenges end. The last factor of a user with a password here, or of an organization with an application that always asks, stays (409 `last_factor`). Backup codes go with the last one.',
  params,
  response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 409, 429, 503) },
};

export function registerMethodRoutes(app: App, deps: ApiDeps): void {
  app.get(PATH, { schema: listSchema }, async (request) => {
    const { userId } = await subjectOf(deps, request, {
      userId: request.query.userId,
      scope: 'factors:read',
    });
    return { methods: (await listFactors(deps.pool, userId)).map(methodAnswer) };
  });

  app.patch(`${PATH}/:methodId`, { schema: renameSchema }, async (request, reply) => {
    const subject = await changingSubject(deps, request, request.query.userId);
    const factor = { userId: subject.userId, methodId: request.params.methodId, name: request.body.name };
    await changeFactors(deps, { subject, challengesStay: true }, async (tx) => {
      const method = await renameFactor(tx, factor);
      if (!method) throw new Problem('not_found');
      return { type: 'method.renamed', details: { method } };
    });
    return reply.code(204).send(null);
  });

  app.delete(`${PATH}/:methodId`, { schema: removeSchema }, async (request, reply) => {
    const subject = await changingSubject(deps, request, request.query.userId);
    await removeMethod(deps, subject, request.params.methodId);
    return reply.code(204).send(null);
  });
}

function methodAnswer({ id, type, name, state, createdAt, lastUsedAt }: FactorRow) {
  return {
    id,
    type,
    name,
    state,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
