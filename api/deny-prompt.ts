/**
 * A user denied or reported a prompt: somebody else has his password. Denying is for mistakes, too, so one only counts;
 * two, or a report, switch push off for a while, end the session that asked, and raise the risk of its device.
 */
import { originOf } from '../domain/notices/notice';
import { DENIAL_WEIGHTS } from '../domain/push';
import { insertNotice } from '../runtime/notices';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { inTransaction, type PoolClient } from '../storage/postgres';
import type { PushChallenge } from '../storage/push-challenges';
import { hasDeniedTooOften, pausePush } from '../storage/push-fatigue';
import { endSessionWithAudit } from '../storage/session-ending';
import { endRecoveriesWithAudit } from '../storage/recovery-ending';
import { demandStepUp } from '../storage/session-reports';
import { endOpenChallenges, endOwnSession, type EndedAccess } from '../storage/session-revocation';
import { revokeDeviceTrust } from '../storage/sessions';
import { eventBase, findDecisionById, type StoredDecision } from '../storage/sign-ins';
import { insertFailuresOfDevice } from '../storage/sign-in-failures';
import { lockUser } from '../storage/user-changes';
import { workflowIdOf } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { announceEnded } from './session-changes';

export interface Denial {
  readonly prompt: PushChallenge;
  readonly decision: 'deny' | 'report';
  /** Stores the answer in the transaction, or throws. */
  readonly store: (tx: PoolClient) => Promise<void>;
}

/** Stores the answer with all that follows from it, in one transaction. */
export async function denyPrompt(deps: ApiDeps, denial: Denial): Promise<void> {
  await announceEnded(deps, await inTransaction(deps.pool, (tx) => deny(tx, deps, denial)));
}

async function deny(
  tx: PoolClient,
  deps: ApiDeps,
  { prompt, decision, store }: Denial,
): Promise<EndedAccess> {
  const { userId } = prompt;
  // Two denials at once are counted one after the other.
  await lockUser(tx, userId);
  await store(tx);
  const asked = await findDecisionById(tx, prompt.decisionId);
  if (!asked) return { audit: [], workflowIds: [] };
  await raiseRisk(tx, asked, decision);
  const type = decision === 'report' ? 'push.reported' : 'push.denied';
  const event = { ...eventBase(asked), type, level: 'warn', terminal: false } as const;
  const audit = await insertAuditEvents(tx, [event]);
  if (decision === 'deny' && !(await hasDeniedTooOften(tx, userId))) return { audit, workflowIds: [] };
  const off = await switchOff(tx, deps, { asked, decision });
  const ended = decision === 'report' ? await doubt(tx, asked) : await endAsking(tx, prompt);
  return { audit: [...audit, ...off, ...ended.audit], workflowIds: ended.workflowIds };
}

/** What the user disowns counts against the device that asked, as failed first factors do. */
async function raiseRisk(
  tx: PoolClient,
  { userId, clientId, facts }: StoredDecision,
  decision: Denial['decision'],
): Promise<void> {
  if (!facts) return;
  const { deviceKey, ipKey } = facts;
  const weight = DENIAL_WEIGHTS[decision];
  const device = { userId, clientId, deviceKey, ipKey };
  await insertFailuresOfDevice(tx, { ...device, reason: 'push_denied', weight });
}

async function switchOff(
  tx: PoolClient,
  deps: ApiDeps,
  { asked, decision }: { asked: StoredDecision; decision: Denial['decision'] },
): Promise<AuditRow[]> {
  const { userId, facts } = asked;
  await pausePush(tx, userId);
  const kind = decision === 'report' ? 'push_reported' : 'push_switched_off';
  await insertNotice(tx, deps, { userId, kind, params: originOf(facts) });
  const event = { ...eventBase(asked), type: 'push.switched_off', level: 'warn', terminal: false } as const;
  return insertAuditEvents(tx, [event]);
}

async function endAsking(tx: PoolClient, { purpose, sessionIdHash }: PushChallenge): Promise<EndedAccess> {
  const audit = await endSessionWithAudit(tx, { sessionIdHash, state: 'cancelled', when: 'any-time' });
  return { audit: audit ?? [], workflowIds: [workflowIdOf({ purpose, idHash: sessionIdHash })] };
}

/**
 * "This was not me": whoever asked is a stranger. Every open challenge and recovery ends, his device is not trusted, a session in
 * which he asked ends, and in all others no proof up to now counts any more.
 */
async function doubt(
  tx: PoolClient,
  { userId, facts, subjectSessionId }: StoredDecision,
): Promise<EndedAccess> {
  const challenges = await endOpenChallenges(tx, userId);
  const recoveries = await endRecoveriesWithAudit(tx, userId);
  if (facts) await revokeDeviceTrust(tx, { userId, deviceKey: facts.deviceKey });
  const asking = subjectSessionId;
  const own = asking === null ? [] : await endOwnSession(tx, { userId, sessionId: asking }, 'reported');
  await demandStepUp(tx, userId);
  return { audit: [...challenges.audit, ...recoveries, ...own], workflowIds: challenges.workflowIds };
}
