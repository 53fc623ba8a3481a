/** Passkeys: what the page asks the browser for, and registering a new one. The shop passes on; the API checks. */
import type { FastifyInstance } from 'fastify';
import type { MfaClient, PasskeyRegistrationBody } from '../../sdk/src/index';
import { PASSKEY_BODY } from './bodies';
import type { Sessions } from './sessions';

export function registerPasskeys(app: FastifyInstance, mfa: MfaClient, sessions: Sessions): void {
  /** For the sign-in or approval that waits; the answer goes to `/login/passkey` or `/approval/passkey`. */
  app.post('/passkey/options', async (request, reply) => {
    const mfaSessionId = sessions.of(request)?.mfaSessionId;
    if (!mfaSessionId) return reply.code(401).send({ code: 'unauthorized' });
    return mfa.requestPasskey(mfaSessionId);
  });

  app.post('/passkeys/options', async (request, reply) => {
    const accessToken = sessions.of(request)?.accessToken;
    if (!accessToken) return reply.code(401).send({ code: 'unauthorized' });
    return mfa.createPasskey(accessToken);
  });

  app.post<{ Body: PasskeyRegistrationBody }>(
    '/passkeys',
    { schema: { body: PASSKEY_BODY } },
    async (request, reply) => {
      const accessToken = sessions.of(request)?.accessToken;
      if (!accessToken) return reply.code(401).send({ code: 'unauthorized' });
      await mfa.registerPasskey(accessToken, request.body);
      return reply.code(201).send({ registered: true });
    },
  );
}
