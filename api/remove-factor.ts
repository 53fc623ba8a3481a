/** Removing a factor, and what goes with the last one. */
import { hasFactor } from '../domain/session';
import { removeBackupCodes } from '../storage/backup-codes';
import { readEnrolledMethods } from '../storage/enrolled-methods';
import { isFactorDemanded, removeFactor } from '../storage/factors';
import type { PoolClient } from '../storage/postgres';
import { revokeEveryDeviceTrust } from '../storage/sessions';
import { dropEnrollments } from '../storage/user-changes';
import type { ApiDeps } from './deps';
import { changeFactors, type FactorChange, type LockedFactors } from './factor-changes';
import { Problem } from './problem';
import type { Subject } from './subject';

/** Removes it; 404 for one that the user does not have, 409 for the last one of somebody who has to have one. */
export async function removeMethod(deps: ApiDeps, subject: Subject, methodId: string): Promise<void> {
  await changeFactors(deps, { subject }, (tx, locked) => remove(tx, locked, methodId));
}

/** Two that are removed at the same moment come one after the other, under the lock: the second finds it is the last. */
async function remove(
  tx: PoolClient,
  { user, methods: before }: LockedFactors,
  methodId: string,
): Promise<FactorChange> {
  const userId = user.id;
  const method = await removeFactor(tx, { userId, methodId });
  if (!method) throw new Problem('not_found');
  const rest = await readEnrolledMethods(tx, userId);
  if (hasFactor(before) && !hasFactor(rest)) {
    // Whoever took over a session must not switch MFA off for good.
    if (await isFactorDemanded(tx, userId)) throw new Problem('last_factor');
    await forgetFactors(tx, userId);
  }
  return { type: 'method.removed', details: { method } };
}

/** With the last factor goes what rested on it: backup codes, trust, and proofs of having no method. */
async function forgetFactors(tx: PoolClient, userId: string): Promise<void> {
  await removeBackupCodes(tx, userId);
  await revokeEveryDeviceTrust(tx, userId);
  await dropEnrollments(tx, userId);
}
