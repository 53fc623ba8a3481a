/** `POST /api/v1/auth/mfa/session/cancel`: the holder gives the challenge up. */
import { Type } from '@sinclair/typebox';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { cancelSignIn } from '../../cancel-sign-in';
import { MfaSessionId, problems, Strict } from '../../schemas';
import { requireSessionHolder } from '../../session-holder';

const schema = {
  tags: ['Sign-in'],
  summary: 'Cancel an open MFA session',
  body: Strict({ mfaSessionId: MfaSessionId }),
  response: { 204: Type.Null(), ...problems(400, 401, 429, 503) },
};

export function registerCancelRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/session/cancel', { schema }, async (request, reply) => {
    const session = await requireSessionHolder(deps, request, request.body.mfaSessionId);
    await cancelSignIn(deps, session);
    return reply.code(204).send(null);
  });
}
