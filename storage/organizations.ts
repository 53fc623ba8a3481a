/** Organizations: the tenants. */
import type { Queryable } from './postgres';

/** Inserts an organization unless it exists. */
export async function ensureOrganization(
  db: Queryable,
  organization: { id: string; name: string },
): Promise<void> {
  await db.query(`insert into organizations (id, name) values ($1, $2) on conflict (id) do nothing`, [
    organization.id,
    organization.name,
  ]);
}
