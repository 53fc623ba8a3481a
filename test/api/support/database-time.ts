/** Moves time by moving what is stored: tests never wait for a clock. */
import type { Stack } from '../../support/stack';
import type { Person } from './actors';

type Database = Stack['database'];

/** Puts the last completed sign-in `minutes` back. */
export async function lastSignInWas({ pool }: Database, who: Person, minutes: number): Promise<void> {
  await pool.query(
    `update risk_profiles set profile = jsonb_set(profile, '{lastSignIn,at}', to_jsonb($2::float8)) where user_id = $1`,
    [who.userId, Date.now() - minutes * 60_000],
  );
}

/** Lets the trust of every device of a person end `seconds` from now (negative: it has ended). */
export async function trustEndsIn({ pool }: Database, who: Person, seconds: number): Promise<void> {
  await pool.query(
    `update trusted_devices set trusted_until = clock_timestamp() + make_interval(secs => $2) where user_id = $1`,
    [who.userId, seconds],
  );
}

/** Ends the wait of the account's delay ladder. */
export async function delayHasPassed({ pool }: Database, who: Person): Promise<void> {
  await pool.query(`update mfa_guards set next_try_at = clock_timestamp() where user_id = $1`, [who.userId]);
}

/** Puts the deadline of every open MFA session of a person `seconds` from now. */
export async function sessionsEndIn({ pool }: Database, who: Person, seconds: number): Promise<void> {
  await pool.query(
    `update mfa_sessions set expires_at = clock_timestamp() + make_interval(secs => $2) where user_id = $1 and state = 'pending'`,
    [who.userId, seconds],
  );
}

/** Runs `work` again when a 30-second step began under it, so that offsets in steps mean what they say. */
export async function withinOneStep<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const step = Math.floor(Date.now() / 30_000);
    const result = await work();
    if (Math.floor(Date.now() / 30_000) === step) return result;
  }
}
