/**
 * A small shop that leaves sign-ins and the approval of payments to ZewstID MFA. Owns: its own sessions (in memory)
 * and orders. An application of its own imports from `@zewstid/mfa`.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  fastifyStepUp,
  isMfaError,
  type MfaClient,
  type RequireStepUp,
  type StepUp,
  type Transaction,
} from '../../sdk/src/index';
import { CODE_BODY, LOGIN_BODY, PAYMENT_BODY, type CodeBody, type LoginBody } from './bodies';
import { createSessions } from './sessions';

declare module 'fastify' {
  interface FastifyInstance {
    requireStepUp: RequireStepUp<FastifyRequest>;
  }
  interface FastifyRequest {
    stepUp: StepUp | null;
  }
}

export interface ShopOptions {
  readonly mfa: MfaClient;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Starts the shop on the loopback address. */
export async function createShop({ mfa, port }: ShopOptions) {
  const app = fastify();
  const sessions = createSessions();
  const paid: (Transaction & { readonly userId: string })[] = [];
  await app.register(fastifyStepUp<FastifyRequest>, { mfa, userOf: (request) => sessions.of(request)?.user });
  app.setErrorHandler(answerError);
  registerLogin(app, mfa, sessions);
  registerApproval(app, mfa, sessions);
  app.post<{ Body: Transaction }>(
    '/pay',
    {
      schema: { body: PAYMENT_BODY },
      // The receipt must be for this amount to this payee: the very body that is paid below.
      preHandler: app.requireStepUp('payment', { transactionOf: ({ body }) => body as Transaction }),
    },
    ({ body, stepUp }, reply) => {
      paid.push({ ...body, userId: stepUp?.userId ?? '' });
      return reply.code(201).send({ paid: paid.length });
    },
  );
  const address = await app.listen({ host: '127.0.0.1', port });
  return { address, paid, close: () => app.close() };
}

type Sessions = ReturnType<typeof createSessions>;

function registerLogin(app: FastifyInstance, mfa: MfaClient, sessions: Sessions): void {
  app.post<{ Body: LoginBody }>('/login', { schema: { body: LOGIN_BODY } }, async (request, reply) => {
    const { login, password, fingerprint, deviceToken } = request.body;
    const context = { ip: request.ip, userAgent: request.headers['user-agent'] ?? '', fingerprint };
    const answer = await mfa.signIn({ login, password, ...context, ...(deviceToken && { deviceToken }) });
    if (answer.mfaRequired) {
      sessions.open(reply, { mfaSessionId: answer.mfaSessionId, context });
      return { codeRequired: true, methods: answer.methods };
    }
    const { userId, sessionId, accessToken } = answer;
    sessions.open(reply, { user: { userId, sessionId }, accessToken, context });
    return { signedIn: true };
  });

  app.post<{ Body: CodeBody }>('/login/code', { schema: { body: CODE_BODY } }, async (request, reply) => {
    const pending = sessions.of(request);
    if (!pending?.mfaSessionId || pending.user) return reply.code(401).send({ code: 'unauthorized' });
    const { code } = request.body;
    const verified = await mfa.verify({ mfaSessionId: pending.mfaSessionId, method: 'totp', code });
    const { userId, sessionId, accessToken, deviceToken } = verified;
    // A new session id for what is now a signed-in user: the old one may be known (session fixation).
    sessions.end(request);
    sessions.open(reply, { user: { userId, sessionId }, accessToken, context: pending.context });
    return { signedIn: true, deviceToken };
  });

  app.post('/logout', async (request, reply) => {
    const sessionId = sessions.of(request)?.user?.sessionId;
    sessions.end(request);
    // Ours is gone whatever happens; theirs must not outlive it, or its token and receipts would still be good.
    if (sessionId) await mfa.endSession(sessionId);
    return reply.code(204).send();
  });
}

/** After a 401 of `/pay` the browser asks here for a receipt, with the payment that it will make. */
function registerApproval(app: FastifyInstance, mfa: MfaClient, sessions: Sessions): void {
  app.post<{ Body: Transaction }>('/approval', { schema: { body: PAYMENT_BODY } }, async (request, reply) => {
    const session = sessions.of(request);
    if (!session?.user || !session.accessToken) return reply.code(401).send({ code: 'unauthorized' });
    const { accessToken, context } = session;
    const answer = await mfa.stepUp(accessToken, { action: 'payment', transaction: request.body, context });
    if (!answer.stepUpRequired) return { receipt: answer.receipt };
    session.mfaSessionId = answer.mfaSessionId;
    return { codeRequired: true, methods: answer.methods };
  });

  app.post<{ Body: CodeBody }>('/approval/code', { schema: { body: CODE_BODY } }, async (request, reply) => {
    const session = sessions.of(request);
    if (!session?.user || !session.mfaSessionId) return reply.code(401).send({ code: 'unauthorized' });
    const { code } = request.body;
    const { receipt } = await mfa.verify({ mfaSessionId: session.mfaSessionId, method: 'totp', code });
    session.mfaSessionId = undefined;
    return { receipt };
  });
}

/** MFA's refusals go to the browser as a code; nothing else about them does. */
function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isMfaError(error)) {
    const status = error.name === 'MfaUnexpectedAnswerError' ? 502 : error.status;
    return reply.code(status).send({ code: error.code });
  }
  const { statusCode = 500 } = error as { statusCode?: number };
  return reply.code(statusCode).send({ code: statusCode < 500 ? 'invalid_request' : 'internal' });
}
