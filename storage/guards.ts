/**
 * The account-wide guessing guard (`domain/lockout.ts`), charged before an answer is looked at, so that parallel
 * guesses cannot outrun it. One row per user and lane.
 */
import { delaySeconds, LANE_CAPS, type Lane } from '../domain/lockout';
import { firstRow, prepared, type Queryable } from './postgres';

export type GuardVerdict =
  | { readonly kind: 'charged'; readonly consecutiveFailures: number }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The lane used up its lifetime of consecutive failures. */
  | { readonly kind: 'lane_closed' };

/** Delay after the n-th consecutive failure, as an SQL array, so that the charge is a single statement. */
const DELAYS = (lane: Lane) => Array.from({ length: LANE_CAPS[lane] }, (_, index) => delaySeconds(index + 1));

/** Charges one try. It counts as a failure until `resetGuard` says otherwise. */
export async function chargeGuard(db: Queryable, userId: string, lane: Lane): Promise<GuardVerdict> {
  const charged = firstRow(
    await db.query<{ failures: number }>(
      prepared(`insert into mfa_guards as g (user_id, lane, consecutive_failures, next_try_at)
       values ($1, $2, 1, clock_timestamp() + make_interval(secs => ($4::int[])[1]))
       on conflict (user_id, lane) do update
         set consecutive_failures = g.consecutive_failures + 1,
             next_try_at = clock_timestamp() + make_interval(secs => ($4::int[])[g.consecutive_failures + 1])
         where g.next_try_at <= clock_timestamp() and g.consecutive_failures < $3
       returning consecutive_failures as failures`),
      [userId, lane, LANE_CAPS[lane], DELAYS(lane)],
    ),
  );
  if (charged) return { kind: 'charged', consecutiveFailures: charged.failures };
  return readRefusal(db, userId, lane);
}

async function readRefusal(db: Queryable, userId: string, lane: Lane): Promise<GuardVerdict> {
  const guard = firstRow(
    await db.query<{ failures: number; waitSeconds: number }>(
      `select consecutive_failures as failures,
         ceil(extract(epoch from next_try_at - clock_timestamp()))::float8 as "waitSeconds"
       from mfa_guards where user_id = $1 and lane = $2`,
      [userId, lane],
    ),
  );
  if (guard && guard.failures >= LANE_CAPS[lane]) return { kind: 'lane_closed' };
  return { kind: 'throttled', retryAfterSeconds: Math.max(1, guard?.waitSeconds ?? 1) };
}

/** A right answer ends the run of failures in its lane; it never reopens the other one. */
export async function resetGuard(db: Queryable, userId: string, lane: Lane): Promise<void> {
  await db.query(
    prepared(
      `update mfa_guards set consecutive_failures = 0, next_try_at = '-infinity' where user_id = $1 and lane = $2`,
    ),
    [userId, lane],
  );
}

/** Whether the lane has used up its lifetime of consecutive failures. */
export async function isLaneClosed(db: Queryable, userId: string, lane: Lane): Promise<boolean> {
  const result = await db.query(
    `select 1 from mfa_guards where user_id = $1 and lane = $2 and consecutive_failures >= $3`,
    [userId, lane, LANE_CAPS[lane]],
  );
  return result.rowCount === 1;
}

/** Seconds until the account's lane may be tried again (0: now), and the database's clock (epoch ms). */
export async function readGuardWait(
  db: Queryable,
  userId: string,
  lane: Lane,
): Promise<{ waitSeconds: number; databaseNow: number }> {
  const row = firstRow(
    await db.query<{ failures: number | null; waitSeconds: number | null; databaseNow: number }>(
      prepared(`select g.consecutive_failures as failures,
         case when g.next_try_at > clock_timestamp()
           then ceil(extract(epoch from g.next_try_at - clock_timestamp()))::float8 end as "waitSeconds",
         (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseNow"
       from (select 1) one left join mfa_guards g on g.user_id = $1 and g.lane = $2`),
      [userId, lane],
    ),
  );
  if (!row) throw new Error('guard query returned no row');
  const closed = (row.failures ?? 0) >= LANE_CAPS[lane];
  return { waitSeconds: closed ? 3_600 : (row.waitSeconds ?? 0), databaseNow: row.databaseNow };
}
