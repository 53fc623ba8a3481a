/** Tells the API, through Postgres, that this worker polls and which network data it has in force. */
import { randomUUID } from 'node:crypto';
import { boundedReport } from '../domain/network-sources';
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { Logger } from '../runtime/logger';
import type { Pool } from '../storage/postgres';
import { beat, endHeartbeat, HEARTBEAT_MS } from '../storage/worker-heartbeats';

/** Beats every three seconds while `isPolling`; `stop` withdraws the worker at once. */
export function startHeartbeat(deps: {
  pool: Pool;
  logger: Logger;
  network: Pick<NetworkIntelligence, 'sources' | 'problems'>;
  isPolling: () => boolean;
}): { stop: () => Promise<void> } {
  const { pool, logger, network, isPolling } = deps;
  const workerId = randomUUID();
  const tick = () => {
    if (!isPolling()) return;
    const report = boundedReport({ sources: network.sources(), problems: network.problems() });
    beat(pool, workerId, report).catch(() => logger.warn('heartbeat not written'));
  };
  tick();
  const timer = setInterval(tick, HEARTBEAT_MS);
  return {
    async stop() {
      clearInterval(timer);
      await endHeartbeat(pool, workerId).catch(() => undefined);
    },
  };
}
