/**
 * Idempotency keys: 10 minutes, per caller. Which answer belongs to a key follows from the workflow id derived from
 * it; this table settles who came first, whether the body is the same, and the generation after a failed try.
 */
import { firstRow, type Queryable } from './postgres';

export const IDEMPOTENCY_SECONDS = 600;

export interface IdempotencyRow {
  readonly bodyHash: string;
  readonly generation: number;
  readonly expired: boolean;
  /** This request inserted the key. */
  readonly fresh: boolean;
}

/** Reserves a key or returns what the first request reserved. */
export async function reserveIdempotencyKey(
  db: Queryable,
  keyHash: string,
  bodyHash: string,
): Promise<IdempotencyRow> {
  const row = firstRow(
    await db.query<IdempotencyRow>(
      `insert into idempotency_keys as k (key_hash, body_hash) values ($1, $2)
       on conflict (key_hash) do update set key_hash = excluded.key_hash
       returning body_hash as "bodyHash", generation, created_at < now() - make_interval(secs => $3) as expired,
         xmax = 0 as fresh`,
      [keyHash, bodyHash, IDEMPOTENCY_SECONDS],
    ),
  );
  if (!row) throw new Error('upsert returned no row');
  return row;
}

/**
 * Moves a key to its next generation after a try that recorded nothing; a no-op when somebody else did.
 * Returns the generation in force.
 */
export async function advanceGeneration(db: Queryable, keyHash: string, from: number): Promise<number> {
  const row = firstRow(
    await db.query<{ generation: number }>(
      `update idempotency_keys set generation = greatest(generation, $2 + 1) where key_hash = $1 returning generation`,
      [keyHash, from],
    ),
  );
  return row?.generation ?? from + 1;
}

/** Forgets keys a day after they expired; until then a reuse is told that it is too late. */
export async function deleteOldIdempotencyKeys(db: Queryable): Promise<void> {
  await db.query(`delete from idempotency_keys where created_at < now() - interval '1 day'`);
}
