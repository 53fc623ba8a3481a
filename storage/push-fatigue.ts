/** What keeps prompts from wearing a user down: how many there were, and for how long push is off. */
import { DENIALS_UNTIL_PAUSE, PAUSE_SECONDS, PROMPT_LIMITS } from '../domain/push';
import { firstRow, type Queryable } from './postgres';

/** Seconds until the user may be sent another prompt; 0: now. The caller holds the user's row. */
export async function readPromptWait(db: Queryable, userId: string): Promise<number> {
  const row = firstRow(
    await db.query<{ waitSeconds: number | null }>(
      // The oldest prompt that still fills a window: once it is out, there is room again.
      `select max(ceil(extract(epoch from filling.created_at - clock_timestamp()) + l.seconds))::float8 as "waitSeconds"
       from unnest($2::int[], $3::int[]) as l (prompts, seconds), lateral (
         select created_at from push_challenges
         where user_id = $1 and created_at > clock_timestamp() - make_interval(secs => l.seconds)
         order by created_at desc offset l.prompts - 1 limit 1) filling`,
      [userId, PROMPT_LIMITS.map(({ prompts }) => prompts), PROMPT_LIMITS.map(({ seconds }) => seconds)],
    ),
  );
  return row?.waitSeconds == null ? 0 : Math.max(1, row.waitSeconds);
}

/** Whether prompts can be sent: a device is paired, and push is not switched off. */
export async function isPushAvailable(db: Queryable, userId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 where exists (select 1 from push_devices where user_id = $1 and state = 'active')
       and not exists (select 1 from push_pauses where user_id = $1 and clock_timestamp() < until)`,
    [userId],
  );
  return rowCount === 1;
}

/** Whether the user denied as often as switches push off: within the hour, since the last approval. */
export async function hasDeniedTooOften(db: Queryable, userId: string): Promise<boolean> {
  const row = firstRow(
    await db.query<{ denials: number }>(
      `select count(*)::int as denials from push_challenges
       where user_id = $1 and status in ('denied', 'reported') and answered_at > clock_timestamp() - interval '1 hour'
         and answered_at > coalesce(
           (select max(spent_at) from push_challenges where user_id = $1), '-infinity'::timestamptz)`,
      [userId],
    ),
  );
  return (row?.denials ?? 0) >= DENIALS_UNTIL_PAUSE;
}

/** Switches push off for a while, from now. */
export async function pausePush(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `insert into push_pauses (user_id, until) values ($1, clock_timestamp() + make_interval(secs => $2))
     on conflict (user_id) do update set until = excluded.until`,
    [userId, PAUSE_SECONDS],
  );
}
