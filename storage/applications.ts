/** Applications (OAuth-style clients) and their policy. SQL for `applications`. */
import { DatabaseError } from 'pg';
import { firstRow, prepared, type Queryable } from './postgres';
import type { MfaPolicy } from '../domain/policy/policy';

export interface ApplicationRow {
  readonly clientId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly mfaPolicy: MfaPolicy;
  /** As stored; parsed by `domain/policy/policy.ts` before use. */
  readonly settings: unknown;
  readonly redirectUris: readonly string[];
  readonly version: number;
  readonly active: boolean;
  /** Has no secret; may be named by `X-Client-Id`. */
  readonly public: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What authenticating a client needs, and the database's clock (epoch ms) from the same read. */
export interface ClientCredentialRow extends ApplicationRow {
  readonly secretDigest: Buffer | null;
  readonly secretKeyId: string | null;
  readonly secretVersion: number;
  readonly organizationSuspended: boolean;
  readonly databaseNow: number;
}

const COLUMNS = `a.client_id as "clientId", a.organization_id as "organizationId", a.name, a.scopes,
  a.mfa_policy as "mfaPolicy", a.settings, a.redirect_uris as "redirectUris", a.version, a.active, a.public,
  a.created_at as "createdAt", a.updated_at as "updatedAt"`;

/** Finds a client with its credential; `undefined` when there is none. */
export async function findClient(db: Queryable, clientId: string): Promise<ClientCredentialRow | undefined> {
  return firstRow(
    await db.query<ClientCredentialRow>(
      prepared(`select ${COLUMNS}, a.secret_digest as "secretDigest", a.secret_key_id as "secretKeyId",
         a.secret_version as "secretVersion", o.suspended as "organizationSuspended",
         (extract(epoch from clock_timestamp()) * 1000)::float8 as "databaseNow"
       from applications a join organizations o on o.id = a.organization_id
       where a.client_id = $1`),
      [clientId],
    ),
  );
}

/** Finds an application, of any organization when none is named; `undefined` for another organization's. */
export async function findApplication(
  db: Queryable,
  clientId: string,
  organizationId: string | undefined,
): Promise<ApplicationRow | undefined> {
  return firstRow(
    await db.query<ApplicationRow>(
      `select ${COLUMNS} from applications a where a.client_id = $1 and ($2::text is null or a.organization_id = $2)`,
      [clientId, organizationId ?? null],
    ),
  );
}

/** One page of the applications, of all organizations when none is named, by client id. `after` is the last client id of the page before. */
export async function listApplications(
  db: Queryable,
  page: { organizationId: string | undefined; after: string | undefined; limit: number },
): Promise<ApplicationRow[]> {
  const result = await db.query<ApplicationRow>(
    `select ${COLUMNS} from applications a
     where ($1::text is null or a.organization_id = $1) and ($2::text is null or a.client_id > $2)
     order by a.client_id limit $3`,
    [page.organizationId ?? null, page.after ?? null, page.limit],
  );
  return result.rows;
}

export interface NewApplication {
  readonly clientId: string;
  readonly organizationId: string;
  readonly name: string;
  readonly secret: { readonly digest: Buffer; readonly keyId: string } | undefined;
  readonly scopes: readonly string[];
  readonly mfaPolicy: MfaPolicy;
  readonly settings: unknown;
  readonly redirectUris: readonly string[];
}

/** Inserts an application; `undefined` when the client id is taken (by any organization). */
export async function insertApplication(
  db: Queryable,
  app: NewApplication,
): Promise<ApplicationRow | undefined> {
  return firstRow(
    await db.query<ApplicationRow>(
      `insert into applications as a
         (client_id, organization_id, name, secret_digest, secret_key_id, scopes, mfa_policy, settings, redirect_uris, public)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       on conflict (client_id) do nothing
       returning ${COLUMNS}`,
      [
        app.clientId,
        app.organizationId,
        app.name,
        app.secret?.digest ?? null,
        app.secret?.keyId ?? null,
        app.scopes,
        app.mfaPolicy,
        JSON.stringify(app.settings),
        app.redirectUris,
        app.secret === undefined,
      ],
    ),
  );
}

export interface ApplicationChange {
  readonly clientId: string;
  readonly organizationId: string;
  readonly expectedVersion: number;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly mfaPolicy: MfaPolicy;
  readonly settings: unknown;
  readonly redirectUris: readonly string[];
}

/** Compare-and-set on the version; `undefined` when somebody changed the application in between. */
export async function updateApplication(
  db: Queryable,
  change: ApplicationChange,
): Promise<ApplicationRow | undefined> {
  return firstRow(
    await db.query<ApplicationRow>(
      `update applications a
       set name = $4, mfa_policy = $5, settings = $6, redirect_uris = $7, scopes = $8, version = version + 1, updated_at = now()
       where a.client_id = $1 and a.organization_id = $2 and a.version = $3
       returning ${COLUMNS}`,
      [
        change.clientId,
        change.organizationId,
        change.expectedVersion,
        change.name,
        change.mfaPolicy,
        JSON.stringify(change.settings),
        change.redirectUris,
        change.scopes,
      ],
    ),
  );
}

/**
 * Replaces the secret of a confidential client; the old one and its tokens are worth nothing from then on. False when
 * the application was changed in between (its scopes may be others now) or has no secret.
 */
export async function rotateClientSecret(
  db: Queryable,
  rotation: { clientId: string; expectedVersion: number; digest: Buffer; keyId: string },
): Promise<boolean> {
  const result = await db.query(
    `update applications
     set secret_digest = $3, secret_key_id = $4, secret_version = secret_version + 1, updated_at = now()
     where client_id = $1 and version = $2 and not public`,
    [rotation.clientId, rotation.expectedVersion, rotation.digest, rotation.keyId],
  );
  return result.rowCount === 1;
}

/** Makes a given secret the valid one, when seeding: one that was valid before may be the same. */
export async function replaceClientSecret(
  db: Queryable,
  clientId: string,
  secret: { digest: Buffer; keyId: string },
): Promise<void> {
  await db.query(`update applications set secret_digest = $2, secret_key_id = $3 where client_id = $1`, [
    clientId,
    secret.digest,
    secret.keyId,
  ]);
}

/** Whether an error is a unique-index violation (SQLSTATE 23505). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23505';
}
