/** Organizations: the tenants. SQL for `organizations`. */
import { firstRow, type Queryable } from './postgres';

export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly suspended: boolean;
  readonly createdAt: Date;
}

const COLUMNS = `id, name, suspended, created_at as "createdAt"`;

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

/** Inserts an organization with a new id. */
export async function insertOrganization(
  db: Queryable,
  organization: { id: string; name: string },
): Promise<OrganizationRow> {
  const row = firstRow(
    await db.query<OrganizationRow>(
      `insert into organizations (id, name) values ($1, $2) returning ${COLUMNS}`,
      [organization.id, organization.name],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row;
}

/** Whether there is an organization of this id. */
export async function organizationExists(db: Queryable, id: string): Promise<boolean> {
  const result = await db.query(`select 1 from organizations where id = $1`, [id]);
  return result.rowCount === 1;
}

/** One page of the organizations by id. `after` is the last id of the page before. */
export async function listOrganizations(
  db: Queryable,
  page: { after: string | undefined; limit: number },
): Promise<OrganizationRow[]> {
  const result = await db.query<OrganizationRow>(
    `select ${COLUMNS} from organizations where ($1::text is null or id > $1) order by id limit $2`,
    [page.after ?? null, page.limit],
  );
  return result.rows;
}
