/** Ending, reporting and renewing sessions: the store first, then the workflows that wait in vain. */
import { newDeviceOnceKey, originOf } from '../domain/notices/notice';
import { forget } from '../domain/risk/forget';
import { parseProfile } from '../domain/risk/parse-profile';
import type { SignInFacts } from '../domain/risk/facts';
import { hasAnyMethod, type SessionEndReason } from '../domain/session';
import { logAudit } from '../runtime/audit-log';
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { readEnrolledMethods } from '../storage/enrolled-methods';
import { releaseOnceKey } from '../storage/outbox';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { lockProfile, ProfileStoreError, saveProfile } from '../storage/risk-inputs';
import { endRecoveriesWithAudit } from '../storage/recovery-ending';
import { endAccess, endOpenChallenges, endOwnSession, type EndedAccess } from '../storage/session-revocation';
import { demandStepUp, findReportedSession } from '../storage/session-reports';
import { revokeDeviceTrust } from '../storage/sessions';
import { eventBase } from '../storage/sign-ins';
import { lockUser } from '../storage/user-changes';
import type { ApiDeps } from './deps';
import type { UserPrincipal } from './subject';

/** Logs what ended and lets the waiting workflows finish: their sessions are dead in the store already. */
export async function announceEnded(deps: ApiDeps, { audit, workflowIds }: EndedAccess): Promise<void> {
  logAudit(deps.logger, audit);
  await Promise.all(workflowIds.map((workflowId) => deps.temporal.ringSession(workflowId)));
}

/** Ends a session of a user; false when there is no live one with that id. */
export async function endUserSession(
  deps: ApiDeps,
  session: { userId: string; sessionId: string },
  reason: SessionEndReason,
): Promise<boolean> {
  const audit = await inTransaction(deps.pool, (tx) => endOwnSession(tx, session, reason));
  logAudit(deps.logger, audit);
  return audit.length > 0;
}

/** Ends all sessions of a user but the one that asks, and every open challenge. */
export async function endOtherSessions(deps: ApiDeps, { userId, session }: UserPrincipal): Promise<void> {
  const ended = await inTransaction(deps.pool, async (tx) => {
    // A sign-in that is being decided or completed comes wholly before, and is seen, or wholly after.
    await lockUser(tx, userId);
    return endAccess(tx, { userId, exceptSessionId: session.id }, 'ended_by_user');
  });
  await announceEnded(deps, ended);
}

/**
 * "This was not me": the reported session ends, its device is no longer trusted nor known, open challenges end, and
 * every other session owes fresh MFA, for the reporter may be the stranger. False for somebody else's session.
 */
export async function reportSession(
  deps: ApiDeps,
  { userId, session }: UserPrincipal,
  sessionId: string,
): Promise<boolean> {
  const report = (learns: boolean) =>
    inTransaction(deps.pool, (tx) =>
      recordReport(deps, tx, { userId, current: session.id, sessionId, learns }),
    );
  const ended = await report(true).catch((error: unknown) => {
    // A broken profile store must not keep a stranger's session alive.
    if (!(error instanceof ProfileStoreError)) throw error;
    return report(false);
  });
  if (ended) await announceEnded(deps, ended);
  return ended !== undefined;
}

interface Report {
  readonly userId: string;
  /** The session that reports. */
  readonly current: string;
  readonly sessionId: string;
  readonly learns: boolean;
}

async function recordReport(deps: ApiDeps, tx: PoolClient, report: Report): Promise<EndedAccess | undefined> {
  const { userId, sessionId, learns } = report;
  await lockUser(tx, userId);
  const signIn = await findReportedSession(tx, { userId, sessionId });
  if (!signIn) return undefined;
  const reported = {
    ...eventBase(signIn),
    type: 'session.reported',
    level: 'warn',
    terminal: false,
  } as const;
  const audit: AuditRow[] = await insertAuditEvents(tx, [reported]);
  // First, in the order in which answers take their locks: a sign-in that is being completed is waited for, and its
  // session is seen by what follows.
  const challenges = await endOpenChallenges(tx, userId);
  audit.push(...(await endRecoveriesWithAudit(tx, userId)));
  audit.push(...challenges.audit, ...(await endOwnSession(tx, { userId, sessionId }, 'reported')));
  await insertNotice(tx, deps, { userId, kind: 'session_reported', params: originOf(signIn.facts) });
  if (signIn.facts) {
    // Should the stranger come back with it, the owner is told again.
    await releaseOnceKey(tx, newDeviceOnceKey(userId, signIn.facts.deviceKey));
    await revokeDeviceTrust(tx, { userId, deviceKey: signIn.facts.deviceKey });
    if (learns) await unlearn(tx, userId, signIn.facts);
  }
  audit.push(...(await doubtOtherSessions(tx, report)));
  return { audit, workflowIds: challenges.workflowIds };
}

/** Without a second factor nobody can prove anything: then the other sessions end. */
async function doubtOtherSessions(tx: PoolClient, { userId, current }: Report): Promise<readonly AuditRow[]> {
  if (!hasAnyMethod(await readEnrolledMethods(tx, userId)))
    return (await endAccess(tx, { userId, exceptSessionId: current }, 'reported')).audit;
  await demandStepUp(tx, userId);
  return [];
}

async function unlearn(tx: PoolClient, userId: string, facts: SignInFacts): Promise<void> {
  const { profile } = await lockProfile(tx, userId);
  if (profile === null) return;
  try {
    await saveProfile(tx, userId, { profile: forget(parseProfile(profile), facts) });
  } catch (error) {
    if (error instanceof ProfileStoreError) throw error;
    // A profile that cannot be read counts as unavailable risk, which is MFA anyway.
  }
}
