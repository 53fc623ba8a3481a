/** `GET /api/v1/auth/mfa/status`: which methods a user has, for the user or for a client with scope. */
import { Type } from '@sinclair/typebox';
import { hasAnyMethod } from '../../../domain/session';
import { readMfaStatus } from '../../../storage/sessions';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { subjectOf } from '../../subject';
import { Methods, problems, Strict, UserId } from '../../schemas';

const schema = {
  tags: ['Factors'],
  summary: "A user's MFA status",
  security: [{ client: [] }, { token: [] }],
  querystring: Strict({ userId: Type.Optional(UserId) }),
  response: {
    200: Type.Object({
      mfaEnabled: Type.Boolean(),
      methods: Methods,
      backupCodesLeft: Type.Integer(),
      trustedDevices: Type.Integer(),
      lastMfaAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
      enrollmentRequired: Type.Boolean(),
    }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

export function registerMfaStatusRoute(app: App, deps: ApiDeps): void {
  app.get('/api/v1/auth/mfa/status', { schema }, async (request) => {
    const subject = await subjectOf(deps, request, { userId: request.query.userId, scope: 'factors:read' });
    const status = await readMfaStatus(deps.pool, subject.userId);
    const mfaEnabled = hasAnyMethod(status.methods);
    return {
      mfaEnabled,
      methods: status.methods,
      backupCodesLeft: status.backupCodesLeft,
      trustedDevices: status.trustedDevices,
      lastMfaAt: status.lastMfaAt?.toISOString() ?? null,
      enrollmentRequired: !mfaEnabled,
    };
  });
}
