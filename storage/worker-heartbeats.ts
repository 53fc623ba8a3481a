/** Which workers are alive, and what they report. Temporal lists a killed poller for minutes; a heartbeat tells within seconds. */
import { parseNetworkReport, type NetworkReport } from '../domain/network-sources';
import type { Queryable } from './postgres';

export const HEARTBEAT_MS = 3_000;
const DEAD_AFTER_SECONDS = 10;

/** Says that a worker polls, and what it has in force. */
export async function beat(db: Queryable, workerId: string, network?: NetworkReport): Promise<void> {
  await db.query(
    `insert into worker_heartbeats (worker_id, at, network) values ($1, now(), $2)
     on conflict (worker_id) do update set at = now(), network = excluded.network`,
    [workerId, network === undefined ? null : JSON.stringify(network)],
  );
}

/** Says that a worker stops, and forgets workers that died long ago. */
export async function endHeartbeat(db: Queryable, workerId: string): Promise<void> {
  await db.query(`delete from worker_heartbeats where worker_id = $1 or at < now() - interval '1 hour'`, [
    workerId,
  ]);
}

/** How many workers were alive in the last ten seconds, and the reports of those that gave one. */
export async function readLiveWorkers(
  db: Queryable,
): Promise<{ count: number; reports: readonly NetworkReport[] }> {
  const { rows } = await db.query<{ network: unknown }>(
    `select network from worker_heartbeats where at > now() - make_interval(secs => $1)`,
    [DEAD_AFTER_SECONDS],
  );
  return { count: rows.length, reports: rows.flatMap(({ network }) => parseNetworkReport(network) ?? []) };
}
