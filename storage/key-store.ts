/** Signing keys (sealed) and the check value that a wrong MASTER_KEY cannot reproduce. */
import { firstRow, type Pool, type Queryable } from './postgres';
import { inTransaction } from './postgres';

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
    await tx.query(`select pg_advisory_xact_lock(hashtext('signing_keys'))`);
    const won = await loadSigningKeys(tx);
    if (won.length > 0) return won;
    await tx.query(
      `insert into signing_keys (kid, alg, public_jwk, sealed_private_jwk, seal_key_id) values ($1, $2, $3, $4, $5)`,
      [key.kid, key.alg, JSON.stringify(key.publicJwk), key.sealedPrivateJwk, key.sealKeyId],
    );
    return [key];
  });
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
