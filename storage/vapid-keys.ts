/** The key by which push services know this deployment (VAPID, RFC 8292): one, made at the first start, sealed. */
import { firstRow, type Queryable } from './postgres';

export interface VapidKeyRow {
  readonly publicKey: string;
  readonly sealedPrivateKey: Buffer;
  readonly sealKeyId: string;
}

/** The stored key; `make` is stored unless another process was first. */
export async function ensureVapidKey(db: Queryable, make: () => VapidKeyRow): Promise<VapidKeyRow> {
  const stored = await findVapidKey(db);
  if (stored) return stored;
  const made = make();
  await db.query(
    `insert into vapid_keys (public_key, sealed_private_key, seal_key_id) values ($1, $2, $3)
     on conflict do nothing`,
    [made.publicKey, made.sealedPrivateKey, made.sealKeyId],
  );
  const won = await findVapidKey(db);
  if (!won) throw new Error('insert left no row');
  return won;
}

async function findVapidKey(db: Queryable): Promise<VapidKeyRow | undefined> {
  return firstRow(
    await db.query<VapidKeyRow>(
      `select public_key as "publicKey", sealed_private_key as "sealedPrivateKey", seal_key_id as "sealKeyId"
       from vapid_keys`,
    ),
  );
}
