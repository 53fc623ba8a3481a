/**
 * Ends what nobody else ends: MFA sessions and recoveries past their deadline whose workflow was lost or terminated,
 * open sessions that a burst of sign-ins left beyond the limit, rows that no window looks at any more, signing keys
 * whose last token has expired. Counts what sign-ins were like. Every worker may run it; the store lets each row be
 * ended, and counted, once.
 */
import { endSessionWithAudit, supersedeWithAudit } from '../storage/session-ending';
import { errorName } from '../runtime/error-name';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from '../activities/deps';
import { deletePastEnrollments } from '../storage/enrollment-sessions';
import { deleteExpiredPairings } from '../storage/device-pairings';
import { deleteOldIdempotencyKeys } from '../storage/idempotency-keys';
import { retireSupersededKeys } from '../storage/key-store';
import { deleteStaleEvidence } from '../storage/mfa-attempts';
import { findCrowdedUsers, findOverdueSessions } from '../storage/mfa-sessions';
import { deleteOldNotices } from '../storage/outbox';
import { countObservations, forgetRareValues } from '../storage/population';
import { inTransaction } from '../storage/postgres';
import { findOverdueCases } from '../storage/recovery-cases';
import { deletePastRecoveries, expireRecoveryWithAudit } from '../storage/recovery-ending';
import { deletePastSessions } from '../storage/sessions';
import { deleteOldFailures } from '../storage/sign-in-failures';
import { deleteExpiredNonces } from '../storage/used-nonces';
import { deleteExpiredChallenges } from '../storage/webauthn-challenges';

const INTERVAL_MS = 15_000;
/** The workflow's own timer comes first; the sweeper waits this long for it. */
const GRACE_SECONDS = 20;
const BATCH = 200;
/** Of sessions, in one pass: after an outage thousands may be overdue at once. */
const MOST_BATCHES = 20;
/** Ended sessions and recoveries may be looked at for this long. */
const KEPT_DAYS = 30;

type SweeperDeps = Pick<ActivityDeps, 'pool' | 'logger'>;

/** One pass; returns how many sessions were found overdue. Exported for tests. */
export async function sweep(deps: SweeperDeps, graceSeconds = GRACE_SECONDS, batch = BATCH): Promise<number> {
  const overdue = await endOverdueSessions(deps, graceSeconds, batch);
  for (const userId of await findCrowdedUsers(deps.pool, BATCH)) {
    logAudit(deps.logger, await inTransaction(deps.pool, (tx) => supersedeWithAudit(tx, userId)));
  }
  for (const caseId of await findOverdueCases(deps.pool, graceSeconds, BATCH)) {
    const expired = await inTransaction(deps.pool, (tx) => expireRecoveryWithAudit(tx, caseId));
    logAudit(deps.logger, expired ?? []);
  }
  await deletePastSessions(deps.pool, KEPT_DAYS);
  await deletePastRecoveries(deps.pool, KEPT_DAYS);
  await deletePastEnrollments(deps.pool);
  await deleteOldFailures(deps.pool);
  await deleteOldIdempotencyKeys(deps.pool);
  await deleteExpiredNonces(deps.pool);
  await deleteOldNotices(deps.pool);
  await deleteExpiredChallenges(deps.pool);
  await deleteStaleEvidence(deps.pool);
  await deleteExpiredPairings(deps.pool);
  await retireSupersededKeys(deps.pool);
  await countObservations(deps.pool);
  await forgetRareValues(deps.pool);
  return overdue;
}

async function endOverdueSessions(deps: SweeperDeps, graceSeconds: number, batch: number): Promise<number> {
  let found = 0;
  for (let round = 0; round < MOST_BATCHES; round += 1) {
    const overdue = await findOverdueSessions(deps.pool, graceSeconds, batch);
    for (const sessionIdHash of overdue) {
      const ended = await inTransaction(deps.pool, (tx) =>
        endSessionWithAudit(tx, { sessionIdHash, state: 'expired', when: 'overdue' }),
      );
      logAudit(deps.logger, ended ?? []);
    }
    found += overdue.length;
    if (overdue.length < batch) break;
  }
  return found;
}

/** Sweeps every 15 s until stopped, one pass at a time. A failed pass is logged and tried again. */
export function startSweeper(deps: SweeperDeps): { stop: () => void } {
  let isUnderWay = false;
  const pass = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    await sweep(deps).catch((error: unknown) =>
      deps.logger.warn({ cause: errorName(error) }, 'sweep failed'),
    );
    isUnderWay = false;
  };
  const timer = setInterval(() => void pass(), INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
