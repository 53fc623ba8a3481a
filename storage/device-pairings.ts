/** Codes that let an authenticator device be paired with a user: one a user, used once, for ten minutes. */
import { PAIRING_SECONDS } from '../domain/push';
import { firstRow, type Queryable } from './postgres';

export interface Pairing {
  readonly userId: string;
  readonly requestedBy: 'user' | 'client' | 'enrollment';
  readonly clientId: string | null;
}

/** Stores a code; an earlier one of the user is worth nothing any more. */
export async function insertPairing(db: Queryable, codeHash: string, pairing: Pairing): Promise<void> {
  await db.query(
    `insert into device_pairings (code_hash, user_id, requested_by, client_id, expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5))
     on conflict (user_id) do update set code_hash = excluded.code_hash, requested_by = excluded.requested_by,
       client_id = excluded.client_id, expires_at = excluded.expires_at`,
    [codeHash, pairing.userId, pairing.requestedBy, pairing.clientId, PAIRING_SECONDS],
  );
}

/** Whose code it is, without using it. */
export async function findPairing(db: Queryable, codeHash: string): Promise<Pairing | undefined> {
  return firstRow(
    await db.query<Pairing>(
      `select user_id as "userId", requested_by as "requestedBy", client_id as "clientId"
       from device_pairings where code_hash = $1 and clock_timestamp() < expires_at`,
      [codeHash],
    ),
  );
}

/** Uses a code up; of all racing statements exactly one gets true. */
export async function usePairing(db: Queryable, codeHash: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from device_pairings where code_hash = $1 and clock_timestamp() < expires_at`,
    [codeHash],
  );
  return rowCount === 1;
}

/** Forgets codes whose time is over. */
export async function deleteExpiredPairings(db: Queryable): Promise<void> {
  await db.query(`delete from device_pairings where expires_at < now()`);
}
