/** Tells a user of a completed sign-in on a device that was not known, in the completing transaction. */
import { newDeviceOnceKey, originOf } from '../domain/notices/notice';
import { insertNotice, type NoticeDeps } from '../runtime/notices';
import type { Queryable } from '../storage/postgres';
import type { StoredDecision } from '../storage/sign-ins';

/**
 * By the recorded assessment: `new_device` is listed when the user was known and the device was not. What teaches
 * nothing leaves a device new for ever, so each is told once in the time that messages are kept.
 */
export async function tellOfNewDevice(
  tx: Queryable,
  deps: NoticeDeps,
  { userId, assessment, facts }: StoredDecision,
): Promise<void> {
  const isNew = assessment.kind === 'scored' && assessment.signals.some(({ code }) => code === 'new_device');
  if (!isNew || !facts) return;
  const onceKey = newDeviceOnceKey(userId, facts.deviceKey);
  await insertNotice(tx, deps, { userId, kind: 'new_device', params: originOf(facts), onceKey });
}
