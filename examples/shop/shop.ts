/**
 * A small shop that leaves sign-ins and the approval of payments to ZewstID MFA. Owns: its own sessions (in memory)
 * and orders. An application of its own imports from `@zewstid/mfa`.
 */
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  fastifyStepUp,
  isMfaError,
  type MfaClient,
  type RequireStepUp,
  type StepUp,
  type Transaction,
} from '../../sdk/src/index';
import { registerApproval } from './approval';
import { PAYMENT_BODY } from './bodies';
import { registerLogin } from './login';
import { registerPage } from './page/files';
import { registerPasskeys } from './passkeys';
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
  registerPage(app);
  registerLogin(app, mfa, sessions);
  registerApproval(app, mfa, sessions);
  registerPasskeys(app, mfa, sessions);
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

/** MFA's refusals go to the browser as a code; nothing else about them does. */
function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isMfaError(error)) {
    const status = error.name === 'MfaUnexpectedAnswerError' ? 502 : error.status;
    return reply.code(status).send({ code: error.code });
  }
  const { statusCode = 500 } = error as { statusCode?: number };
  return reply.code(statusCode).send({ code: statusCode < 500 ? 'invalid_request' : 'internal' });
}
