/** `POST /api/v1/auth/mfa/session/cancel`: the holder gives the challenge up. */
import { Type } from '@sinclair/typebox';
import { hashMfaSessionId } from '../../../runtime/random-ids';
import { findMfaSession } from '../../../storage/mfa-sessions';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { cancelSignIn } from '../../cancel-sign-in';
import { Problem } from '../../problem';
import { MfaSessionId, problems, Strict } from '../../schemas';

const schema = {
  tags: ['Sign-in'],
  summary: 'Cancel an open MFA session',
  body: Strict({ mfaSessionId: MfaSessionId }),
  response: { 204: Type.Null(), ...problems(400, 401, 429, 503) },
};

export function registerCancelRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/session/cancel', { schema }, async (request, reply) => {
    const client = await deps.clients.authenticateIfPresent(request);
    const session = await findMfaSession(deps.pool, hashMfaSessionId(request.body.mfaSessionId));
    if (!session || (client && client.clientId !== session.clientId && !client.scopes.has('gateway'))) {
      await deps.limits.address(request.ip);
      throw new Problem('verification_failed');
    }
    await cancelSignIn(deps, session);
    return reply.code(204).send(null);
  });
}
