/** `GET /api/v1/admin/audit`: the audit trail of the caller's organization (or of all), newest first. */
import { Type } from '@sinclair/typebox';
import { listAuditEvents, type AuditRow } from '../../../storage/audit-events';
import { organizationSeenBy } from '../../actor';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import {
  ClientId,
  instantOf,
  Limit,
  limitOf,
  Nullable,
  OrganizationId,
  problems,
  Strict,
  UserId,
} from '../../schemas';

const AuditEventSchema = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  organizationId: Type.String(),
  type: Type.String(),
  message: Type.String(),
  level: Type.String(),
  userId: Nullable(Type.String()),
  clientId: Nullable(Type.String()),
  policy: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  riskScore: Nullable(Type.Integer()),
  decisionId: Nullable(Type.String()),
  terminal: Type.Boolean(),
  details: Type.Object({}, { additionalProperties: true }),
});

const schema = {
  tags: ['Admin'],
  summary: 'Read the audit trail',
  security: [{ client: [] }, { token: [] }],
  querystring: Strict({
    organizationId: Type.Optional(OrganizationId),
    userId: Type.Optional(UserId),
    clientId: Type.Optional(ClientId),
    type: Type.Optional(Type.String({ maxLength: 64 })),
    decisionId: Type.Optional(Type.String({ maxLength: 64 })),
    from: Type.Optional(Type.String({ format: 'date-time' })),
    to: Type.Optional(Type.String({ format: 'date-time' })),
    cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({ events: Type.Array(AuditEventSchema), nextCursor: Nullable(Type.String()) }),
    ...problems(400, 401, 403, 429, 503),
  },
};

export function registerAuditRoute(app: App, deps: ApiDeps): void {
  app.get('/api/v1/admin/audit', { schema, onRequest: requireActor(deps, 'admin:read') }, async (request) => {
    const { organizationId, from, to, cursor, limit: asked, ...filter } = request.query;
    const limit = limitOf(asked);
    const rows = await listAuditEvents(deps.pool, {
      ...filter,
      organizationId: organizationSeenBy(actorOf(request), organizationId),
      from: instantOf(from),
      to: instantOf(to),
      before: cursor,
      limit,
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { events: rows.map(eventAnswer), nextCursor: last?.id ?? null };
  });
}

function eventAnswer(event: AuditRow) {
  return { ...event, at: event.at.toISOString() };
}
