/** Signing keys (sealed) and the check value that a wrong MASTER_KEY cannot reproduce. */
import { firstRow, inTransaction, type Pool, type Queryable } from './postgres';

/**
 * A key goes on verifying for this long after a newer one took over: the life of an access token (1 h, receipts live
 * 10 minutes) and as much again for processes that have not read the newer key yet.
 */
const OVERLAP_SECONDS = 7_200;

export interface SigningKeyRow {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: Record<string, unknown>;
  readonly sealedPrivateJwk: Buffer;
  readonly sealKeyId: string;
}

const COLUMNS = `kid, alg, public_jwk as "publicJwk", sealed_private_jwk as "sealedPrivateJwk", seal_key_id as "sealKeyId"`;

/** Keys that may still verify something, newest first. The first one signs. */
export async function loadSigningKeys(db: Queryable): Promise<SigningKeyRow[]> {
  const result = await db.query<SigningKeyRow>(
    `select ${COLUMNS} from signing_keys where retired_at is null order by created_at desc, kid`,
  );
  return result.rows;
}

/** Inserts a first signing key unless another process was faster; returns the keys in force. */
export async function ensureSigningKey(
  pool: Pool,
  make: () => Promise<SigningKeyRow>,
): Promise<SigningKeyRow[]> {
  const existing = await loadSigningKeys(pool);
  if (existing.length > 0) return existing;
  const key = await make();
  return inTransaction(pool, async (tx) => {
    await lockSigningKeys(tx);
    const won = await loadSigningKeys(tx);
    if (won.length > 0) return won;
    await insertSigningKey(tx, key);
    return [key];
  });
}

/** Makes a new key the one that signs; returns the ids of all keys in force, the new one first. Rotations queue. */
export async function rotateSigningKey(pool: Pool, key: SigningKeyRow): Promise<string[]> {
  return inTransaction(pool, async (tx) => {
    await lockSigningKeys(tx);
    await retireSupersededKeys(tx);
    await insertSigningKey(tx, key);
    return (await loadSigningKeys(tx)).map(({ kid }) => kid);
  });
}

/** Retires keys whose successor has signed for longer than any token lives. The newest key always stays. */
export async function retireSupersededKeys(db: Queryable): Promise<number> {
  const result = await db.query(
    `update signing_keys k set retired_at = now() where k.retired_at is null and exists (
       select 1 from signing_keys newer where newer.retired_at is null and newer.created_at > k.created_at
         and newer.created_at < now() - make_interval(secs => $1))`,
    [OVERLAP_SECONDS],
  );
  return result.rowCount ?? 0;
}

async function lockSigningKeys(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('signing_keys'))`);
}

/** Dated under the lock, not at the start of the transaction: keys are ordered as they were made. */
async function insertSigningKey(tx: Queryable, key: SigningKeyRow): Promise<void> {
  await tx.query(
    `insert into signing_keys (kid, alg, public_jwk, sealed_private_jwk, seal_key_id, created_at)
     values ($1, $2, $3, $4, $5, clock_timestamp())`,
    [key.kid, key.alg, JSON.stringify(key.publicJwk), key.sealedPrivateJwk, key.sealKeyId],
  );
}

/** Stores the check value of a key id, or returns the stored one. The first key of a database has no other to agree with. */
export async function reconcileKeyCheck(db: Queryable, keyId: string, checkValue: Buffer): Promise<Buffer> {
  const row = firstRow(
    await db.query<{ value: Buffer }>(
      `insert into key_checks as k (key_id, check_value) values ($1, $2)
       on conflict (key_id) do update set key_id = excluded.key_id returning check_value as value`,
      [keyId, checkValue],
    ),
  );
  if (!row) throw new Error('upsert returned no row');
  return row.value;
}

/** Key ids that the database has seen. */
export async function listKeyChecks(db: Queryable): Promise<string[]> {
  const result = await db.query<{ keyId: string }>(
    `select key_id as "keyId" from key_checks order by created_at`,
  );
  return result.rows.map((row) => row.keyId);
}
