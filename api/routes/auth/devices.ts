/** `/api/v1/auth/devices`: the trusted devices of a user, and taking the trust back. */
import { Type } from '@sinclair/typebox';
import {
  listTrustedDevices,
  revokeTrustedDevice,
  type TrustedDeviceRow,
} from '../../../storage/trusted-devices';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { changeFactors } from '../../factor-changes';
import { Problem } from '../../problem';
import { problems, Strict, UserId } from '../../schemas';
import { subjectOf } from '../../subject';

const PATH = '/api/v1/auth/devices';
const MOST_LISTED = 200;
const Instant = Type.String({ format: 'date-time' });
const querystring = Strict({ userId: Type.Optional(UserId) });
const shared = { tags: ['Factors'], security: [{ client: [] }, { token: [] }], querystring };

const listSchema = {
  ...shared,
  summary: "List a user's trusted devices",
  response: {
    200: Type.Object({
      devices: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          createdAt: Instant,
          lastMfaAt: Instant,
          trustedUntil: Instant,
          current: Type.Boolean({ description: 'The session that asks began on it' }),
        }),
      ),
    }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

const revokeSchema = {
  ...shared,
  summary: 'Trust a device no more',
  description: 'Its token is worth nothing at once, and open challenges of the user end.',
  params: Strict({ id: Type.String({ pattern: '^dev_[A-Za-z0-9_-]{22}$' }) }),
  response: { 204: Type.Null(), ...problems(400, 401, 403, 404, 429, 503) },
};

export function registerDeviceRoutes(app: App, deps: ApiDeps): void {
  app.get(PATH, { schema: listSchema }, async (request) => {
    const { userId, sessionId } = await subjectOf(deps, request, {
      userId: request.query.userId,
      scope: 'factors:read',
    });
    const devices = await listTrustedDevices(deps.pool, { userId, sessionId, limit: MOST_LISTED });
    return { devices: devices.map(deviceAnswer) };
  });

  // No fresh MFA: whoever suspects a stranger must not be held up.
  app.delete(`${PATH}/:id`, { schema: revokeSchema }, async (request, reply) => {
    const subject = await subjectOf(deps, request, {
      userId: request.query.userId,
      scope: 'factors:write',
    });
    const device = { userId: subject.userId, deviceId: request.params.id };
    await changeFactors(deps, { subject }, async (tx) => {
      if (!(await revokeTrustedDevice(tx, device))) throw new Problem('not_found');
      return { type: 'device.revoked', details: {} };
    });
    return reply.code(204).send(null);
  });
}

function deviceAnswer({ id, name, createdAt, lastMfaAt, trustedUntil, current }: TrustedDeviceRow) {
  return {
    id,
    name,
    createdAt: createdAt.toISOString(),
    lastMfaAt: lastMfaAt.toISOString(),
    trustedUntil: trustedUntil.toISOString(),
    current,
  };
}
