/** Users of an organization. SQL for `users` and the row of `risk_profiles` that belongs to each. */
import { firstRow, prepared, type Queryable } from './postgres';
import type { UserId } from '../domain/ids';

export interface UserRow {
  readonly id: UserId;
  readonly organizationId: string;
  readonly login: string;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly status: 'active' | 'disabled';
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** BCP 47; null for the default of the installation. */
  readonly locale: string | null;
  readonly createdAt: Date;
}

export interface NewUser {
  readonly id: UserId;
  readonly organizationId: string;
  readonly login: string;
  readonly email: string | undefined;
  readonly externalId: string | undefined;
  readonly passwordHash: string | undefined;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly locale?: string | undefined;
}

/** The columns of `UserRow`, of a table called `u`. */
export const USER_COLUMNS = `u.id, u.organization_id as "organizationId", u.login, u.email, u.external_id as "externalId",
  u.status, u.roles, u.groups, u.locale, u.created_at as "createdAt"`;

/** Inserts a user and an empty risk profile in one statement. Throws a unique violation when login or external id is taken. */
export async function insertUser(db: Queryable, user: NewUser): Promise<UserRow> {
  const row = firstRow(
    await db.query<UserRow>(
      `with u as (
         insert into users (id, organization_id, login, email, external_id, password_hash, roles, groups, locale)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *
       ), profile as (insert into risk_profiles (user_id) select id from u)
       select ${USER_COLUMNS} from u`,
      [
        user.id,
        user.organizationId,
        user.login,
        user.email ?? null,
        user.externalId ?? null,
        user.passwordHash ?? null,
        user.roles,
        user.groups,
        user.locale ?? null,
      ],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row;
}

/** Finds a user by id, in any organization: callers check the tenancy. */
export async function findUser(db: Queryable, userId: string): Promise<UserRow | undefined> {
  return firstRow(
    await db.query<UserRow>(prepared(`select ${USER_COLUMNS} from users u where u.id = $1`), [userId]),
  );
}

/** Finds a user of an organization by login, ignoring case. */
export async function findUserByLogin(
  db: Queryable,
  organizationId: string,
  login: string,
): Promise<UserRow | undefined> {
  return firstRow(
    await db.query<UserRow>(
      `select ${USER_COLUMNS} from users u where u.organization_id = $1 and lower(u.login) = lower($2)`,
      [organizationId, login],
    ),
  );
}

export type Credentials = UserRow & { readonly passwordHash: string | null };

/** What checking a password needs: the user by login with its hash. */
export async function findCredentials(
  db: Queryable,
  { organizationId, login }: { organizationId: string; login: string },
): Promise<Credentials | undefined> {
  return firstRow(
    await db.query<Credentials>(
      `select ${USER_COLUMNS}, u.password_hash as "passwordHash" from users u
       where u.organization_id = $1 and lower(u.login) = lower($2)`,
      [organizationId, login],
    ),
  );
}

/** One page of users, of all organizations when none is named, by id. Filters are exact. */
export async function listUsers(
  db: Queryable,
  page: {
    organizationId: string | undefined;
    login?: string | undefined;
    externalId?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<UserRow[]> {
  const result = await db.query<UserRow>(
    `select ${USER_COLUMNS} from users u
     where ($1::text is null or u.organization_id = $1)
       and ($2::text is null or lower(u.login) = lower($2))
       and ($3::text is null or u.external_id = $3)
       and ($4::text is null or u.id > $4)
     order by u.id limit $5`,
    [
      page.organizationId ?? null,
      page.login ?? null,
      page.externalId ?? null,
      page.after ?? null,
      page.limit,
    ],
  );
  return result.rows;
}
