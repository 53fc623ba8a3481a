/**
 * Changes of a user's factors: each on the locked row of the user, in one transaction with its audit event and with the
 * end of the challenges that were opened before it.
 */
import type { AuditType } from '../domain/audit-event';
import { hasAnyMethod, METHODS, type EnrolledMethods } from '../domain/session';
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents } from '../storage/audit-events';
import { readEnrolledMethods } from '../storage/enrolled-methods';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { findSession } from '../storage/session-lookup';
import { endOpenChallenges, type EndedAccess } from '../storage/session-revocation';
import { lockUser } from '../storage/user-changes';
import type { UserRow } from '../storage/users';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { announceEnded } from './session-changes';
import type { Subject } from './subject';

/** A user whose factors are being changed. */
export interface LockedFactors {
  readonly user: UserRow;
  /** Before the change. */
  readonly methods: EnrolledMethods;
}

/** What was done, for its audit event. */
export interface FactorChange {
  readonly type: AuditType;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface FactorChanger {
  readonly subject: Subject;
  /** For a change after which everybody proves what he proved before. */
  readonly challengesStay?: true;
}

const NOTHING_ENDED: EndedAccess = { audit: [], workflowIds: [] };

/** Runs a change; what it throws takes everything back. */
export async function changeFactors(
  deps: ApiDeps,
  { subject, challengesStay }: FactorChanger,
  change: (tx: PoolClient, locked: LockedFactors) => Promise<FactorChange>,
): Promise<void> {
  const ended = await inTransaction(deps.pool, async (tx) => {
    const user = await lockUser(tx, subject.userId);
    if (!user) throw new Problem('user_not_found');
    const methods = await readEnrolledMethods(tx, user.id);
    await assertStillEntitled(tx, subject, methods);
    // A challenge opened before may be a stranger's, who counts on a factor that the owner is just replacing. They end
    // first: answers and reports take their locks in this order too.
    const challenges = challengesStay ? NOTHING_ENDED : await endOpenChallenges(tx, user.id);
    const { type, details } = await change(tx, { user, methods });
    await tellOwner(deps, tx, { userId: user.id, type, method: details['method'] });
    const audit = await insertAuditEvents(tx, [
      {
        organizationId: user.organizationId,
        type,
        level: 'info',
        userId: user.id,
        clientId: subject.clientId,
        terminal: false,
        details: { ...details, by: subject.by },
      },
    ]);
    return { audit: [...challenges.audit, ...audit], workflowIds: challenges.workflowIds };
  });
  await announceEnded(deps, ended);
}

/** What entitled the caller is looked at again under the lock: it may have ended while the request was on its way. */
async function assertStillEntitled(
  tx: PoolClient,
  subject: Subject,
  methods: EnrolledMethods,
): Promise<void> {
  // An enrolment token is for the first factor: two requests with it must not make two.
  if (subject.by === 'enrollment' && hasAnyMethod(methods)) throw new Problem('unauthorized');
  if (subject.sessionId !== undefined && !(await findSession(tx, subject.sessionId))?.live)
    throw new Problem('unauthorized');
}

const TOLD: Partial<Record<AuditType, 'added' | 'removed'>> = {
  'method.enrolled': 'added',
  'method.removed': 'removed',
  'backup_codes.created': 'added',
};

/** Whoever took over a session must not add a factor of his own unseen. */
async function tellOwner(
  deps: ApiDeps,
  tx: PoolClient,
  { userId, type, method }: { userId: string; type: AuditType; method: unknown },
): Promise<void> {
  const change = TOLD[type];
  const known = type === 'backup_codes.created' ? 'backupCode' : METHODS.find((name) => name === method);
  if (!change || !known) return;
  await insertNotice(tx, deps, { userId, kind: 'factor_changed', params: { change, method: known } });
}
