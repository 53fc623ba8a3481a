/** Which workers are alive. Temporal lists a killed poller for minutes; a heartbeat tells within seconds. */
import { firstRow, type Queryable } from './postgres';

export const HEARTBEAT_MS = 3_000;
const DEAD_AFTER_SECONDS = 10;

/** Says that a worker polls. */
export async function beat(db: Queryable, workerId: string): Promise<void> {
  await db.query(
    `insert into worker_heartbeats (worker_id, at) values ($1, now()) on conflict (worker_id) do update set at = now()`,
    [workerId],
  );
}

/** Says that a worker stops, and forgets workers that died long ago. */
export async function endHeartbeat(db: Queryable, workerId: string): Promise<void> {
  await db.query(`delete from worker_heartbeats where worker_id = $1 or at < now() - interval '1 hour'`, [
    workerId,
  ]);
}

/** Whether any worker was alive in the last ten seconds. */
export async function hasLiveWorker(db: Queryable): Promise<boolean> {
  const row = firstRow(
    await db.query<{ live: boolean }>(
      `select exists (select 1 from worker_heartbeats where at > now() - make_interval(secs => $1)) as live`,
      [DEAD_AFTER_SECONDS],
    ),
  );
  return row?.live ?? false;
}
