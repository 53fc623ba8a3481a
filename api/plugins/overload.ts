/**
 * Under overload a refusal comes before any work: no SQL, no password, no workflow. Refused is everything but health
 * while the event loop is late again and again, and what needs a workflow while no more workflow calls fit in.
 */
import fp from 'fastify-plugin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TemporalGateway } from '../temporal-gateway';
import { Problem } from '../problem';

const LOOK_EVERY_MS = 100;
const LATE_MS = 300;
/** One long turn is no overload: a start, a collection of garbage. */
const LATE_IN_A_ROW = 2;

/** What each route asks of the workflows. Others ask nothing, or are few. */
const NEEDS: ReadonlyMap<string, 'decisions' | 'answers'> = new Map([
  ['/api/v1/auth/mfa/status/check', 'decisions'],
  ['/api/v1/auth/mfa/step-up', 'decisions'],
  ['/api/v1/auth/sign-in', 'decisions'],
  ['/api/v1/auth/mfa/verify', 'answers'],
]);

const isHealth = ({ routeOptions }: FastifyRequest) => routeOptions.url?.startsWith('/health/') === true;

/** Watches the event loop of this process. */
function watchEventLoop(): { isLate: () => boolean; stop: () => void } {
  let lateInARow = 0;
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateInARow = now - lookedAt - LOOK_EVERY_MS > LATE_MS ? lateInARow + 1 : 0;
    lookedAt = now;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { isLate: () => lateInARow >= LATE_IN_A_ROW, stop: () => clearInterval(timer) };
}

export const overload = fp(
  (app: FastifyInstance, { temporal }: { temporal: Pick<TemporalGateway, 'hasRoom'> }, done: () => void) => {
    const loop = watchEventLoop();
    app.addHook('onClose', (_app, closed) => {
      loop.stop();
      closed();
    });
    app.addHook('onRequest', (request, _reply, next) => {
      const need = NEEDS.get(request.routeOptions.url ?? '');
      const isRefused =
        (loop.isLate() && !isHealth(request)) || (need !== undefined && !temporal.hasRoom(need));
      next(isRefused ? new Problem('unavailable') : undefined);
    });
    done();
  },
);
