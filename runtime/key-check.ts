/** Refuses to start with a MASTER_KEY that does not belong to the database: nothing it sealed would open. */
import { listKeyChecks, reconcileKeyCheck } from '../storage/key-store';
import type { Pool } from '../storage/postgres';
import { digestsEqual, type KeyRing } from './keys';

/** Throws when the ring holds none of the keys that the database knows. Registers new keys of a rotation. */
export async function assertMasterKey(pool: Pool, keys: KeyRing): Promise<void> {
  const known = await listKeyChecks(pool);
  if (known.length > 0 && !known.some((keyId) => keys.ids.includes(keyId))) {
    throw new Error('MASTER_KEY does not belong to this database');
  }
  for (const keyId of keys.ids) {
    const expected = keys.digest('check', [keyId], keyId);
    const stored = await reconcileKeyCheck(pool, keyId, expected);
    if (!digestsEqual(stored, expected)) throw new Error('MASTER_KEY does not belong to this database');
  }
}
