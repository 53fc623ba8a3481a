/**
 * What administrators do to accounts: each on the locked row of the user, in one transaction with its audit event.
 * Sessions that end with it are told to their workflows after the commit.
 */
import type { AuditType } from '../domain/audit-event';
import type { Notice } from '../domain/notices/notice';
import { insertNotice } from '../runtime/notices';
import { isUniqueViolation } from '../storage/applications';
import { insertAuditEvents } from '../storage/audit-events';
import { removeEveryFactor } from '../storage/factors';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { endRecoveriesWithAudit } from '../storage/recovery-ending';
import { endAccess, type EndedAccess } from '../storage/session-revocation';
import { revokeEveryDeviceTrust } from '../storage/sessions';
import {
  clearGuards,
  deleteUser,
  dropEnrollments,
  lockUser,
  reactivateTotp,
  setUserStatus,
  updateUser,
} from '../storage/user-changes';
import type { UserRow } from '../storage/users';
import { assertAcceptablePassword } from './acceptable-password';
import { assertOutranks, organizationSeenBy, type Actor } from './actor';
import type { ApiDeps } from './deps';
import { hashPassword } from './passwords';
import { Problem } from './problem';
import type { UserPatch } from './routes/users/schemas';
import { announceEnded } from './session-changes';

/** What was done to an account, for its audit event. */
interface Done {
  readonly type: AuditType;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly ended?: EndedAccess;
  /** What its owner is told. */
  readonly notice?: Notice;
}

/** Runs a change on the locked account that the actor may change; 404 for one he does not see. */
async function changeAccount<Result extends Done>(
  deps: ApiDeps,
  { actor, userId }: { actor: Actor; userId: string },
  change: (tx: PoolClient, user: UserRow) => Promise<Result>,
): Promise<Result> {
  const { done, audit } = await inTransaction(deps.pool, async (tx) => {
    const user = await lockUser(tx, userId);
    const seen = organizationSeenBy(actor);
    if (!user || (seen !== undefined && user.organizationId !== seen)) throw new Problem('user_not_found');
    // Takeover: whoever resets an administrator's password becomes him.
    assertOutranks(actor, user.roles);
    const done = await change(tx, user);
    if (done.notice) await insertNotice(tx, deps, { userId, ...done.notice });
    const { organizationId } = user;
    const details = { by: actor.by, ...done.details };
    const event = { organizationId, userId, clientId: actor.clientId, terminal: false, details };
    const written = await insertAuditEvents(tx, [{ ...event, type: done.type, level: 'info' }]);
    return { done, audit: [...(done.ended?.audit ?? []), ...written] };
  });
  await announceEnded(deps, { audit, workflowIds: done.ended?.workflowIds ?? [] });
  return done;
}

/** Nobody locks himself out, or gives himself another role, by mistake or under pressure. */
function assertOther(actor: Actor, userId: string): void {
  if (actor.kind === 'user' && actor.by === userId) throw new Problem('own_account');
}

/** Changes a user's fields. A new password ends every session; a new address ends enrolments begun by the old one. */
export async function patchAccount(
  deps: ApiDeps,
  actor: Actor,
  { userId, patch }: { userId: string; patch: UserPatch },
): Promise<UserRow> {
  // Before anything slow is done, and once more with the roles that the user has.
  assertOutranks(actor, patch.roles ?? []);
  const { password, ...fields } = patch;
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  try {
    const { user } = await changeAccount(deps, { actor, userId }, async (tx, before) => {
      const roles = fields.roles ?? before.roles;
      const { login, email } = { ...before, ...fields };
      if (password !== undefined) assertAcceptablePassword(deps, { password, login, email });
      // Nor does a token that was left open: his own password and address a user changes where they are asked for.
      const ownAccess = password !== undefined || email !== before.email;
      if (ownAccess || !isSameSet(roles, before.roles)) assertOther(actor, userId);
      const changed = { password: passwordHash !== undefined, email: email !== before.email };
      // To the address as it was: whoever took the account over must not be the only one who knows.
      if (changed.email) await insertNotice(tx, deps, { userId, kind: 'address_changed', params: {} });
      if (changed.password) await insertNotice(tx, deps, { userId, kind: 'password_changed', params: {} });
      const user = await updateUser(tx, userId, { ...before, ...fields, passwordHash });
      const ended = await endedBy(tx, userId, changed);
      const details = { changed: Object.keys(patch).sort(), ...(fields.roles && { roles }) };
      return { type: 'user.updated', details, user, ...(ended && { ended }) };
    });
    return user;
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('login_taken');
    throw error;
  }
}

/** A new password ends everything; a new address what was begun by the old one. */
async function endedBy(
  tx: PoolClient,
  userId: string,
  changed: { password: boolean; email: boolean },
): Promise<EndedAccess | undefined> {
  if (changed.password) return endAccess(tx, { userId }, 'administrator');
  if (!changed.email) return undefined;
  await dropEnrollments(tx, userId);
  return { audit: await endRecoveriesWithAudit(tx, userId), workflowIds: [] };
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.every((one) => others.includes(one)) && others.every((one) => some.includes(one));
}

/** Deletes a user. His open sign-ins end first, with their audit events; decisions and audit stay. */
export async function deleteAccount(deps: ApiDeps, actor: Actor, userId: string): Promise<void> {
  assertOther(actor, userId);
  await changeAccount(deps, { actor, userId }, async (tx) => {
    // In the order in which answers take their locks: guards, then sessions.
    await clearGuards(tx, userId);
    const ended = await endAccess(tx, { userId }, 'administrator');
    await deleteUser(tx, userId);
    return { type: 'user.deleted', ended };
  });
}

export const ACCOUNT_ACTIONS = ['unlock', 'disable', 'enable', 'reset-factors', 'revoke-sessions'] as const;
export type AccountAction = (typeof ACCOUNT_ACTIONS)[number];

const ACTIONS: Readonly<Record<AccountAction, (tx: PoolClient, userId: string) => Promise<Done>>> = {
  async unlock(tx, userId) {
    await clearGuards(tx, userId);
    const reactivated = await reactivateTotp(tx, userId);
    return { type: 'user.unlocked', details: { reactivated } };
  },
  async disable(tx, userId) {
    await setUserStatus(tx, userId, 'disabled');
    await revokeEveryDeviceTrust(tx, userId);
    return { type: 'user.disabled', ended: await endAccess(tx, { userId }, 'administrator') };
  },
  async enable(tx, userId) {
    await setUserStatus(tx, userId, 'active');
    return { type: 'user.enabled' };
  },
  async 'reset-factors'(tx, userId) {
    const removed = await removeEveryFactor(tx, userId);
    await revokeEveryDeviceTrust(tx, userId);
    return {
      type: 'user.factors_reset',
      details: { removed },
      ended: await endAccess(tx, { userId }, 'administrator'),
      ...(removed > 0 && { notice: { kind: 'factor_changed', params: { change: 'reset' } } }),
    };
  },
  async 'revoke-sessions'(tx, userId) {
    return { type: 'user.sessions_revoked', ended: await endAccess(tx, { userId }, 'administrator') };
  },
};

/** One of the actions on an account; each may be repeated. */
export async function actOnAccount(
  deps: ApiDeps,
  actor: Actor,
  { userId, action }: { userId: string; action: AccountAction },
): Promise<void> {
  if (action === 'disable') assertOther(actor, userId);
  await changeAccount(deps, { actor, userId }, (tx) => ACTIONS[action](tx, userId));
}
