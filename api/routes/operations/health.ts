/** Liveness, and readiness per dependency. Redis may be away: the product works without it. */
import { Type } from '@sinclair/typebox';
import { hasLiveWorker } from '../../../storage/worker-heartbeats';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';

const Standing = Type.Union([Type.Literal('up'), Type.Literal('down')]);
const Readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unavailable')]),
  dependencies: Type.Object({ postgres: Standing, redis: Standing, temporal: Standing, worker: Standing }),
});

export function registerHealthRoutes(app: App, deps: ApiDeps): void {
  const live = {
    tags: ['Operations'],
    summary: 'The process runs',
    response: { 200: Type.Object({ status: Type.Literal('live') }) },
  };
  app.get('/health/live', { schema: live }, () => ({ status: 'live' as const }));

  const ready = {
    tags: ['Operations'],
    summary: 'Sign-ins can be decided: Postgres and Temporal answer and a worker polls',
    response: { 200: Readiness, 503: Readiness },
  };
  const readiness = shared(() => checkDependencies(deps));
  app.get('/health/ready', { schema: ready }, async (_request, reply) => {
    const { dependencies, works } = await readiness();
    const status = works ? (dependencies.redis === 'up' ? 'ready' : 'degraded') : 'unavailable';
    return reply.code(works ? 200 : 503).send({ status, dependencies });
  });
}

async function checkDependencies(deps: ApiDeps) {
  const [worker, redis, temporal] = await Promise.all([
    hasLiveWorker(deps.pool).catch(() => undefined),
    deps.redis.ping().then(
      () => true,
      () => false,
    ),
    deps.temporal.check(),
  ]);
  const dependencies = {
    postgres: standing(worker !== undefined),
    redis: standing(redis),
    temporal: standing(temporal.reachable),
    worker: standing(worker === true && temporal.polled),
  };
  return { dependencies, works: worker === true && temporal.polled };
}

/** Callers at the same time share one look: an open endpoint must not multiply into three stores. */
function shared<T>(look: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  return () => {
    current ??= look().finally(() => (current = undefined));
    return current;
  };
}

function standing(isUp: boolean): 'up' | 'down' {
  return isUp ? 'up' : 'down';
}
