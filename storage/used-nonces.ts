/**
 * Values that count once, for signed requests: DPoP proofs today. Postgres settles who came first, and its clock alone
 * says what is in time, so that a row never goes while what it guards is still accepted, whatever other clocks say.
 */
import type { Queryable } from './postgres';

/** What a statement may take between reading the clock and looking at the table, and more. */
const SLACK_SECONDS = 60;
const BATCH = 5_000;

export interface Nonce {
  /** Of the nonce and everything it is unique within. */
  readonly hash: string;
  /** When its request was made, by whoever made it: epoch seconds. */
  readonly issuedAtSeconds: number;
  /** How far that may lie in the past or in the future. */
  readonly windowSeconds: number;
}

/** Uses a nonce. `false` when it was used before or lies outside its window: of all who race, one gets `true`. */
export async function useNonce(
  db: Queryable,
  { hash, issuedAtSeconds, windowSeconds }: Nonce,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into used_nonces (nonce_hash, expires_at)
     select $1, now() + make_interval(secs => 2 * $3::float8 + $4)
     where abs(extract(epoch from now())::float8 - $2::float8) <= $3::float8
     on conflict do nothing`,
    [hash, issuedAtSeconds, windowSeconds, SLACK_SECONDS],
  );
  return rowCount === 1;
}

/** Forgets nonces whose requests nobody accepts any more. In batches: a statement has a second. */
export async function deleteExpiredNonces(db: Queryable): Promise<void> {
  for (let deleted = BATCH; deleted === BATCH;) {
    const { rowCount } = await db.query(
      `delete from used_nonces where nonce_hash in (
         select nonce_hash from used_nonces where expires_at < now() limit $1 for update skip locked)`,
      [BATCH],
    );
    deleted = rowCount ?? 0;
  }
}
