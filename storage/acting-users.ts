/** What a user may be trusted with who acts on others: read on every request, so that a role taken away is gone at once. */
import { firstRow, type Queryable } from './postgres';

export interface ActingUser {
  readonly organizationId: string;
  readonly roles: readonly string[];
}

/** The roles of an active user of an organization that is in force; `undefined` for anybody else. */
export async function findActingUser(db: Queryable, userId: string): Promise<ActingUser | undefined> {
  return firstRow(
    await db.query<ActingUser>(
      `select u.organization_id as "organizationId", u.roles
       from users u join organizations o on o.id = u.organization_id
       where u.id = $1 and u.status = 'active' and not o.suspended`,
      [userId],
    ),
  );
}
