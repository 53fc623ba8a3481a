/** Creates an organization, with its first administrator if one is named, in one transaction. */
import { logAudit } from '../runtime/audit-log';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents } from '../storage/audit-events';
import { insertOrganization, type OrganizationRow } from '../storage/organizations';
import { inTransaction } from '../storage/postgres';
import type { UserRow } from '../storage/users';
import { assertOutranks, type Actor } from './actor';
import { insertPrepared, prepareUser, type PreparedUser, type UserInput, refusedUser } from './create-user';
import type { ApiDeps } from './deps';

const ADMIN_ROLE = 'org-admin';

export interface NewOrganization {
  readonly name: string;
  readonly admin?: UserInput;
}

/** The organization and its administrator, who has the role `org-admin` beside those named. */
export async function createOrganization(
  deps: ApiDeps,
  actor: Actor,
  { name, admin }: NewOrganization,
): Promise<{ organization: OrganizationRow; admin: UserRow | undefined }> {
  const prepared = admin && (await prepareAdmin(deps, actor, admin));
  const { by, clientId } = actor;
  const created = await inTransaction(deps.pool, async (tx) => {
    const organization = await insertOrganization(tx, { id: newId<string>('org'), name });
    const organizationId = organization.id;
    const event = { organizationId, clientId, terminal: false, details: { by } };
    const founded = await insertAuditEvents(tx, [{ ...event, type: 'organization.created', level: 'info' }]);
    const context = { organizationId, clientId, by, event: 'user.created' } as const;
    const inserted = prepared && (await insertPrepared(deps, tx, { ...context, prepared }));
    const audit = [...founded, ...(inserted?.audit ?? [])];
    return { organization, admin: inserted?.user, audit };
  });
  logAudit(deps.logger, created.audit);
  return created;
}

async function prepareAdmin(deps: ApiDeps, actor: Actor, admin: UserInput): Promise<PreparedUser> {
  const roles = [...new Set([...(admin.roles ?? []), ADMIN_ROLE])];
  assertOutranks(actor, roles);
  const prepared = await prepareUser(deps, { ...admin, roles });
  if (!prepared.ok) throw refusedUser(prepared);
  return prepared;
}
