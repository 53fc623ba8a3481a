/**
 * Judges a batch of open sessions by the application's policy as it is now: kept, asked for fresh MFA, or ended, each
 * change with its audit event in the same transaction. Safe to run again: a judged session is not looked at twice.
 */
import type { AuditEvent } from '../domain/audit-event';
import { readSettings } from '../domain/policy/parse-settings';
import { reassessStored } from '../domain/policy/reassess-session';
import { sessionLimits } from '../domain/policy/session-limits';
import { hasAnyMethod } from '../domain/session';
import { logAudit } from '../runtime/audit-log';
import { findClient, type ClientCredentialRow } from '../storage/applications';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { lockSessionsToReassess, markReassessed, type SessionToReassess } from '../storage/reassessment';
import { endSessionsById } from '../storage/session-revocation';
import type { ActivityDeps } from './deps';

/** Small enough for the statement timeout, big enough for few round trips. */
const BATCH = 200;

export interface BatchQuery {
  readonly clientId: string;
  readonly lane: number;
  readonly lanes: number;
}

export interface BatchResult {
  readonly kept: number;
  readonly stepUps: number;
  readonly ended: number;
  /** Nothing of this lane is left. */
  readonly done: boolean;
}

/** Makes the activity. */
export function createReassessBatch({ pool, logger }: ActivityDeps) {
  return async function reassessBatch(query: BatchQuery): Promise<BatchResult> {
    const { audit, ...result } = await inTransaction(pool, (tx) => reassess(tx, query));
    logAudit(logger, audit);
    return result;
  };
}

async function reassess(tx: PoolClient, query: BatchQuery): Promise<BatchResult & { audit: AuditRow[] }> {
  const application = await findClient(tx, query.clientId);
  if (!application) return { kept: 0, stepUps: 0, ended: 0, done: true, audit: [] };
  const { version } = application;
  const sessions = await lockSessionsToReassess(tx, { ...query, version, limit: BATCH });
  const judged = sessions.map((session) => ({ session, verdict: verdictOn(session, application) }));
  const having = (wanted: string) =>
    judged.filter(({ verdict }) => verdict === wanted).map(({ session }) => session);
  const stepUps = having('step_up');
  const ended = having('revoke');
  await markReassessed(tx, {
    ids: sessions.map(({ id }) => id),
    stepUpIds: stepUps.map(({ id }) => id),
    version,
    ...limitsOf(application),
  });
  const demanded = stepUps.map((session) => stepUpEvent(session, application));
  const audit = [
    ...(await insertAuditEvents(tx, demanded)),
    ...(await endSessionsById(
      tx,
      ended.map(({ id }) => id),
      'policy_changed',
    )),
  ];
  const kept = sessions.length - stepUps.length - ended.length;
  return { kept, stepUps: stepUps.length, ended: ended.length, done: sessions.length < BATCH, audit };
}

function verdictOn(session: SessionToReassess, application: ClientCredentialRow) {
  const { assessment, facts, userActive, methods, proven } = session;
  const { clientId, mfaPolicy, settings } = application;
  return reassessStored({
    clientId,
    mfaPolicy,
    settings: readSettings(settings),
    account: {
      userActive,
      organizationActive: application.active && !application.organizationSuspended,
    },
    assessment,
    facts,
    methodsEnrolled: hasAnyMethod(methods),
    proven,
  });
}

function limitsOf(application: ClientCredentialRow): { maxSeconds: number; idleSeconds: number } {
  const { clientId } = application;
  const limits = sessionLimits(clientId, { settings: readSettings(application.settings), issuesToken: true });
  return { maxSeconds: limits.maxSeconds, idleSeconds: limits.idleSeconds ?? limits.maxSeconds };
}

function stepUpEvent(session: SessionToReassess, application: ClientCredentialRow): AuditEvent {
  const { organizationId, userId, decisionId } = session;
  const { clientId, mfaPolicy: policy, version } = application;
  const about = { organizationId, userId, decisionId, clientId, policy, details: { version } };
  return { ...about, type: 'session.step_up_required', level: 'info', terminal: false };
}
