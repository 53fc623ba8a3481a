/** Signing in by password and second factor, and out again. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MfaClient } from '../../sdk/src/index';
import { LOGIN_BODY, PROOFS, type LoginBody, type Proof } from './bodies';
import type { Sessions } from './sessions';

export function registerLogin(app: FastifyInstance, mfa: MfaClient, sessions: Sessions): void {
  app.post<{ Body: LoginBody }>('/login', { schema: { body: LOGIN_BODY } }, async (request, reply) => {
    const { login, password, fingerprint } = request.body;
    const context = { ip: request.ip, userAgent: request.headers['user-agent'] ?? '', fingerprint };
    const deviceToken = sessions.deviceOf(request);
    const answer = await mfa.signIn({ login, password, ...context, ...(deviceToken && { deviceToken }) });
    if (answer.mfaRequired) {
      sessions.open(reply, { mfaSessionId: answer.mfaSessionId, context });
      return { proofRequired: true, methods: answer.methods };
    }
    const { userId, sessionId, accessToken } = answer;
    sessions.open(reply, { user: { userId, sessionId }, accessToken, context });
    return { signedIn: true };
  });

  async function finish(request: FastifyRequest, reply: FastifyReply, proof: Proof) {
    const pending = sessions.of(request);
    if (!pending?.mfaSessionId || pending.user) return reply.code(401).send({ code: 'unauthorized' });
    const verified = await mfa.verify({ mfaSessionId: pending.mfaSessionId, ...proof });
    const { userId, sessionId, accessToken, deviceToken } = verified;
    // A new session id for what is now a signed-in user: the old one may be known (session fixation).
    sessions.end(request);
    sessions.open(reply, { user: { userId, sessionId }, accessToken, context: pending.context });
    if (deviceToken) sessions.rememberDevice(reply, deviceToken);
    return { signedIn: true };
  }
  for (const { name, body, proofOf } of PROOFS)
    app.post(`/login/${name}`, { schema: { body } }, (request, reply) =>
      finish(request, reply, proofOf(request.body)),
    );

  app.post('/logout', async (request, reply) => {
    const sessionId = sessions.of(request)?.user?.sessionId;
    sessions.end(request);
    // Ours is gone whatever happens; theirs must not outlive it, or its token and receipts would still be good.
    if (sessionId) await mfa.endSession(sessionId);
    return reply.code(204).send();
  });
}
