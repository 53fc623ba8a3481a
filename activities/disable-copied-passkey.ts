/**
 * A passkey's counter did not go forwards: somebody has a copy. Neither copy nor original proves anything from now on,
 * the owner is told, and the device that used it has a name for it. Must never: count against a trusted device.
 */
import { COPIED_PASSKEY_WEIGHT } from '../domain/credentials/passkey';
import { originOf } from '../domain/notices/notice';
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { disablePasskey } from '../storage/passkeys';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { insertFailuresOfDevice } from '../storage/sign-in-failures';
import { eventBase, findDecisionById } from '../storage/sign-ins';
import type { ActivityDeps } from './deps';

export interface CopiedPasskey {
  readonly passkeyId: string;
  /** What the assertion said. */
  readonly signCount: number;
}

/** Disables it with all that follows, once: a re-run finds it disabled. */
export async function disableCopiedPasskey(
  deps: ActivityDeps,
  session: MfaSessionRow,
  copied: CopiedPasskey,
): Promise<void> {
  const audit = await inTransaction(deps.pool, (tx) => disable(tx, deps, { session, copied }));
  logAudit(deps.logger, audit);
}

async function disable(
  tx: PoolClient,
  deps: ActivityDeps,
  { session, copied }: { session: MfaSessionRow; copied: CopiedPasskey },
): Promise<AuditRow[]> {
  const { passkeyId, signCount } = copied;
  if (!(await disablePasskey(tx, passkeyId, signCount))) return [];
  const signIn = await findDecisionById(tx, session.decisionId);
  if (!signIn) return [];
  const { userId, clientId, facts } = signIn;
  await insertNotice(tx, deps, { userId, kind: 'passkey_disabled', params: originOf(facts) });
  if (facts) {
    const { deviceKey, ipKey } = facts;
    const device = { userId, clientId, deviceKey, ipKey };
    await insertFailuresOfDevice(tx, { ...device, reason: 'passkey_copied', weight: COPIED_PASSKEY_WEIGHT });
  }
  const details = { methodId: passkeyId };
  const event = { type: 'passkey.counter_regressed', level: 'warn', terminal: false, details } as const;
  return insertAuditEvents(tx, [{ ...eventBase(signIn), ...event }]);
}
