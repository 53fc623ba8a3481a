/** Tells the API, through Postgres, that this worker polls. */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../runtime/logger';
import type { Pool } from '../storage/postgres';
import { beat, endHeartbeat, HEARTBEAT_MS } from '../storage/worker-heartbeats';

/** Beats every three seconds while `isPolling`; `stop` withdraws the worker at once. */
export function startHeartbeat(deps: { pool: Pool; logger: Logger; isPolling: () => boolean }): {
  stop: () => Promise<void>;
} {
  const workerId = randomUUID();
  const tick = () => {
    if (!deps.isPolling()) return;
    beat(deps.pool, workerId).catch(() => deps.logger.warn('heartbeat not written'));
  };
  tick();
  const timer = setInterval(tick, HEARTBEAT_MS);
  return {
    async stop() {
      clearInterval(timer);
      await endHeartbeat(deps.pool, workerId).catch(() => undefined);
    },
  };
}
