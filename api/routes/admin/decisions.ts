/** `GET /api/v1/admin/decisions[/:id]`: what was decided, why, and where to look at the flow. */
import { Type } from '@sinclair/typebox';
import { blockReasonText } from '../../../domain/policy/reason-text';
import type { DecisionReason } from '../../../domain/policy/decision';
import type { MfaPolicy } from '../../../domain/policy/policy';
import { userTextOf } from '../../../domain/policy/user-text';
import { explain } from '../../../domain/risk/explain';
import { findDecision, listDecisions } from '../../../storage/decision-log';
import type { StoredDecision } from '../../../storage/sign-ins';
import { organizationSeenBy } from '../../actor';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { Problem } from '../../problem';
import { DecisionSchema } from './decision-schemas';
import {
  ClientId,
  DecisionId,
  instantOf,
  Limit,
  limitOf,
  Nullable,
  OrganizationId,
  problems,
  Strict,
  UserId,
} from '../../schemas';

const shared = { tags: ['Admin'], security: [{ client: [] }, { token: [] }] };

const listSchema = {
  ...shared,
  summary: 'List decisions, newest first',
  querystring: Strict({
    organizationId: Type.Optional(OrganizationId),
    outcome: Type.Optional(
      Type.Union(['allow', 'challenge', 'block', 'none'].map((outcome) => Type.Literal(outcome))),
    ),
    userId: Type.Optional(UserId),
    clientId: Type.Optional(ClientId),
    from: Type.Optional(Type.String({ format: 'date-time' })),
    to: Type.Optional(Type.String({ format: 'date-time' })),
    cursor: Type.Optional(DecisionId),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({ decisions: Type.Array(DecisionSchema), nextCursor: Nullable(Type.String()) }),
    ...problems(400, 401, 403, 429, 503),
  },
};

const getSchema = {
  ...shared,
  summary: 'Read a decision',
  params: Strict({ id: DecisionId }),
  response: { 200: DecisionSchema, ...problems(400, 401, 403, 404, 429, 503) },
};

export function registerDecisionRoutes(app: App, deps: ApiDeps): void {
  const onRequest = requireActor(deps, 'admin:read');

  app.get('/api/v1/admin/decisions', { schema: listSchema, onRequest }, async (request) => {
    const { outcome, userId, clientId, from, to, cursor } = request.query;
    const limit = limitOf(request.query.limit);
    const rows = await listDecisions(deps.pool, {
      organizationId: organizationSeenBy(actorOf(request), request.query.organizationId),
      outcome,
      userId,
      clientId,
      from: instantOf(from),
      to: instantOf(to),
      before: cursor,
      limit,
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      decisions: rows.map((row) => decisionAnswer(deps, row)),
      nextCursor: last?.id ?? null,
    };
  });

  app.get('/api/v1/admin/decisions/:id', { schema: getSchema, onRequest }, async (request) => {
    const row = await findDecision(deps.pool, request.params.id, organizationSeenBy(actorOf(request)));
    if (!row) throw new Problem('not_found');
    return decisionAnswer(deps, row);
  });
}

function decisionAnswer({ config }: ApiDeps, row: StoredDecision) {
  const signals = row.assessment.kind === 'scored' ? row.assessment.signals : [];
  const blocked = row.outcome === 'block';
  const { TEMPORAL_UI_URL: ui, TEMPORAL_NAMESPACE: namespace } = config;
  return {
    id: row.id,
    purpose: row.purpose,
    action: row.action,
    at: row.createdAt.toISOString(),
    organizationId: row.organizationId,
    userId: row.userId,
    clientId: row.clientId,
    policy: row.policy,
    policyVersion: row.policyVersion,
    outcome: row.outcome,
    blocked,
    reason: blocked ? blockReasonText(row.reason as DecisionReason, signals) : row.reason,
    riskScore: row.riskScore,
    ...explanationOf(row),
    shadow: row.shadow,
    userText: userTextOf(row.outcome),
    enrollment: row.enrollment,
    workflowId: row.workflowId,
    workflowUrl:
      ui === '' ? null : `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(row.workflowId)}`,
    state: row.state,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function explanationOf(row: StoredDecision) {
  const explained = explain({
    ...row,
    policy: row.policy as MfaPolicy,
    reason: row.reason as DecisionReason,
  });
  const { signals, explanation, likelihood, counterfactuals } = explained;
  return {
    signals: [...signals],
    explanation: [...explanation],
    likelihood: likelihood && { ...likelihood, reasons: [...likelihood.reasons] },
    counterfactuals: counterfactuals.map((one) => ({ ...one, changes: [...one.changes] })),
  };
}
