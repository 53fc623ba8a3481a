/**
 * Changes a user's own password, in one transaction with what follows from it: whoever else is signed in or signing in
 * by the old one is out, the owner is told, and the trail says so.
 */
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents } from '../storage/audit-events';
import { replacePasswordHash, type PasswordOwnerRow } from '../storage/password-hashes';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { endAccess } from '../storage/session-revocation';
import type { ApiDeps } from './deps';
import { hashPassword } from './passwords';
import { announceEnded } from './session-changes';
import type { UserPrincipal } from './subject';

export interface PasswordChange {
  readonly user: UserPrincipal;
  readonly owner: PasswordOwnerRow;
  /** The hash that the current password was checked against. */
  readonly from: string;
  readonly newPassword: string;
}

/** Changes it; false when another change, or the end of the session, was faster. */
export async function changePassword(deps: ApiDeps, change: PasswordChange): Promise<boolean> {
  const to = await hashPassword(change.newPassword);
  const changed = await inTransaction(deps.pool, (tx) => replaceAndEndOthers(deps, tx, { ...change, to }));
  if (!changed) return false;
  await announceEnded(deps, changed);
  return true;
}

async function replaceAndEndOthers(
  deps: ApiDeps,
  tx: PoolClient,
  { user, owner, from, to }: PasswordChange & { to: string },
) {
  const { userId, clientId } = user;
  const sessionId = user.session.id;
  if (!(await replacePasswordHash(tx, { userId, sessionId, from, to }))) return undefined;
  // Whoever knew the old password may have signed in with it, or be about to.
  const ended = await endAccess(tx, { userId, exceptSessionId: sessionId }, 'password_changed');
  // A thief must not change it unseen.
  await insertNotice(tx, deps, { userId, kind: 'password_changed', params: {} });
  const changed = await insertAuditEvents(tx, [
    {
      organizationId: owner.organizationId,
      type: 'user.password_changed',
      level: 'info',
      userId,
      clientId,
      terminal: false,
    },
  ]);
  return { workflowIds: ended.workflowIds, audit: [...ended.audit, ...changed] };
}
