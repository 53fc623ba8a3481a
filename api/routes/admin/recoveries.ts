/** `GET /api/v1/admin/recoveries`, `POST …/:id/{release,refuse,extend}`, and the release of a block by its decision. */
import { Type } from '@sinclair/typebox';
import { RECOVERY_ORDERS, type RecoveryOrder } from '../../../domain/recovery';
import type { RecoveryCaseRow } from '../../../storage/recovery-cases';
import { listRecoveryCases } from '../../../storage/recovery-list';
import { organizationSeenBy } from '../../actor';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { orderRecovery, releaseBlock } from '../../recovery-orders';
import {
  DecisionId,
  Limit,
  limitOf,
  Nullable,
  OrganizationId,
  problems,
  Strict,
  UserId,
} from '../../schemas';

const RecoveryId = Type.String({ pattern: '^rec_[A-Za-z0-9_-]{22}$' });
const Instant = Type.String({ format: 'date-time' });
const shared = { tags: ['Admin'], security: [{ client: [] }, { token: [] }] };

const listSchema = {
  ...shared,
  summary: 'List account recoveries, newest first',
  querystring: Strict({
    userId: Type.Optional(UserId),
    organizationId: Type.Optional(OrganizationId),
    open: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
    cursor: Type.Optional(RecoveryId),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({
      recoveries: Type.Array(
        Type.Object({
          id: Type.String(),
          userId: Nullable(Type.String({ description: 'Null: a login that nobody has' })),
          organizationId: Type.String(),
          clientId: Type.String(),
          decisionId: Nullable(Type.String({ description: 'The blocked sign-in that was named' })),
          state: Type.String(),
          attempts: Type.Integer(),
          extensions: Type.Integer(),
          createdAt: Instant,
          stepExpiresAt: Instant,
        }),
      ),
      nextCursor: Nullable(Type.String()),
    }),
    ...problems(400, 401, 403, 429, 503),
  },
};

const SUMMARIES: Readonly<Record<RecoveryOrder, string>> = {
  release: 'Waive the block for the device of a recovery now; the password stays',
  refuse: 'End a recovery',
  extend: 'Give the step of a recovery 15 minutes more',
};

const releaseSchema = {
  ...shared,
  summary: 'Release a block: for 15 minutes its device is asked for MFA instead',
  params: Strict({ id: DecisionId }),
  response: {
    200: Type.Object({ blockWaivedFor: Type.Integer({ description: 'Seconds' }) }),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
};

export function registerRecoveryOrders(app: App, deps: ApiDeps): void {
  const mayWrite = requireActor(deps, 'admin:write');
  const mayRead = requireActor(deps, 'admin:read');

  app.get('/api/v1/admin/recoveries', { schema: listSchema, onRequest: mayRead }, async (request) => {
    const { userId, organizationId, open, cursor } = request.query;
    const limit = limitOf(request.query.limit);
    const rows = await listRecoveryCases(deps.pool, {
      organizationId: organizationSeenBy(actorOf(request), organizationId),
      userId,
      open: open === undefined ? undefined : open === 'true',
      before: cursor,
      limit,
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { recoveries: rows.map(recoveryAnswer), nextCursor: last?.id ?? null };
  });

  for (const kind of RECOVERY_ORDERS) {
    const schema = {
      ...shared,
      summary: SUMMARIES[kind],
      params: Strict({ id: RecoveryId }),
      response: {
        202: Type.Object({ ordered: Type.Literal(true) }),
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
    };
    const options = { schema, onRequest: mayWrite };
    app.post(`/api/v1/admin/recoveries/:id/${kind}`, options, async (request, reply) => {
      await orderRecovery(deps, actorOf(request), { caseId: request.params.id, kind });
      return reply.code(202).send({ ordered: true });
    });
  }

  const releasing = { schema: releaseSchema, onRequest: mayWrite };
  app.post('/api/v1/admin/decisions/:id/release', releasing, async (request) => ({
    blockWaivedFor: await releaseBlock(deps, actorOf(request), request.params.id),
  }));
}

/** The digests and the device stay out of the answer. */
function recoveryAnswer(recovery: RecoveryCaseRow) {
  const { id, userId, organizationId, clientId, decisionId, state, attempts, extensions } = recovery;
  return {
    id,
    userId,
    organizationId,
    clientId,
    decisionId,
    state,
    attempts,
    extensions,
    createdAt: recovery.createdAt.toISOString(),
    stepExpiresAt: recovery.stepExpiresAt.toISOString(),
  };
}
