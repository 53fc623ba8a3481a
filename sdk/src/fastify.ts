/** The guard as a Fastify plugin and `preHandler`. Typed by shape: the SDK does not depend on Fastify. */
import {
  createStepUpGuard,
  RECEIPT_HEADER,
  type StepUp,
  type StepUpGuardOptions,
  type StepUpTerms,
} from './step-up-guard';

interface FastifyRequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface FastifyReplyLike {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  type(contentType: string): unknown;
  send(body: string): unknown;
}
interface FastifyLike {
  decorateRequest(name: string, value: null): unknown;
  decorate(name: string, value: unknown): unknown;
}

/** A `preHandler` hook: it runs after the body was validated. */
export type StepUpHook<Request> = (request: Request, reply: FastifyReplyLike) => Promise<unknown>;

/** `requireStepUp('payment', { maxAge: 300 })`: the hook for a route; the handler finds `request.stepUp`. */
export type RequireStepUp<Request> = (action: string, terms?: StepUpTerms<Request>) => StepUpHook<Request>;

/** Makes `requireStepUp` for a Fastify application. */
export function createFastifyStepUp<Request extends FastifyRequestLike>(
  options: StepUpGuardOptions<Request>,
): RequireStepUp<Request> {
  return (action, terms = {}) => {
    const guard = createStepUpGuard(options, action, terms);
    return async (request, reply) => {
      const verdict = await guard(request, request.headers[RECEIPT_HEADER]);
      if (verdict.kind === 'passed') {
        (request as { stepUp?: StepUp }).stepUp = verdict.stepUp;
        return undefined;
      }
      const { status, headers, body } = verdict.refusal;
      reply.code(status);
      reply.headers({ ...headers });
      reply.type('application/problem+json');
      return reply.send(JSON.stringify(body));
    };
  };
}

/** The plugin: decorates the application with `requireStepUp` and requests with `stepUp` (null before the hook). */
export function fastifyStepUp<Request extends FastifyRequestLike>(
  app: FastifyLike,
  options: StepUpGuardOptions<Request>,
  done: () => void,
): void {
  app.decorateRequest('stepUp', null);
  app.decorate('requireStepUp', createFastifyStepUp(options));
  done();
}

// Decorates the application that registers it, as `fastify-plugin` would have it.
Object.assign(fastifyStepUp, { [Symbol.for('skip-override')]: true });
