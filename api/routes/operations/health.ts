/**
 * Liveness, and readiness per dependency. Redis may be away, and network data may be old: the product works on.
 * Open to everybody, so it names sources and their age, never a path or an address.
 */
import { Type } from '@sinclair/typebox';
import { combineReports, type NetworkStanding } from '../../../domain/network-sources';
import { readLiveWorkers } from '../../../storage/worker-heartbeats';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { NetworkHealth } from './network-health';

const Standing = Type.Union([Type.Literal('up'), Type.Literal('down')]);
const Readiness = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unavailable')]),
  dependencies: Type.Object({ postgres: Standing, redis: Standing, temporal: Standing, worker: Standing }),
  network: NetworkHealth,
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
    const { dependencies, network, works } = await readiness();
    const isWhole = dependencies.redis === 'up' && network?.needsAttention !== true;
    const status = works ? (isWhole ? 'ready' : 'degraded') : 'unavailable';
    return reply.code(works ? 200 : 503).send({ status, dependencies, network: shown(network) });
  });
}

async function checkDependencies(deps: ApiDeps) {
  const [workers, redis, temporal] = await Promise.all([
    readLiveWorkers(deps.pool).catch(() => undefined),
    deps.redis.ping().then(
      () => true,
      () => false,
    ),
    deps.temporal.check(),
  ]);
  const works = workers !== undefined && workers.count > 0 && temporal.polled;
  const dependencies = {
    postgres: standing(workers !== undefined),
    redis: standing(redis),
    temporal: standing(temporal.reachable),
    worker: standing(works),
  };
  const reports = workers?.reports ?? [];
  return {
    dependencies,
    works,
    network: reports.length > 0 ? combineReports(reports, Date.now()) : undefined,
  };
}

/** Without a report nothing is known, and nothing is claimed. */
function shown(network: NetworkStanding | undefined) {
  if (!network) return { status: 'unknown' as const, sources: [], problems: [] };
  const { sources, problems, needsAttention } = network;
  return {
    status: needsAttention ? ('degraded' as const) : ('current' as const),
    sources: sources.map((source) => ({ ...source, updatedAt: new Date(source.updatedAt).toISOString() })),
    problems: [...problems],
  };
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
