/**
 * Completes a sign-in after a right answer, in ONE transaction: answer spent, guard reset, session verified once,
 * application session and proof, trusted device, profile, audit, attempt outcome. There is no moment in which an answer
 * is spent and the session is not verified.
 */
import type { SessionId } from '../domain/ids';
import { readSettings } from '../domain/policy/parse-settings';
import { errorName } from '../runtime/error-name';
import { newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { resetGuard } from '../storage/guards';
import { cacheLastMfa } from '../storage/last-mfa-cache';
import { settleAttempt, type AttemptOutcome } from '../storage/mfa-attempts';
import { endSession, type MfaSessionRow } from '../storage/mfa-sessions';
import type { PoolClient } from '../storage/postgres';
import { insertProof } from '../storage/sessions';
import { insertStepUpReceipt, readSessionProof } from '../storage/step-ups';
import {
  endSignIn,
  eventBase,
  readDecisionContext,
  type DecisionContextRow,
  type StoredDecision,
} from '../storage/sign-ins';
import { logAudit } from '../runtime/audit-log';
import type { ActivityDeps } from './deps';
import type { AnswerQuery, Proof } from './factor';
import { learnFrom, learningIfPossible } from './learn-profile';
import { openSession } from './open-session';
import { isOvertaken } from './overtaken-by-policy';
import { refuseAnswer } from './refuse-answer';
import { tellOfNewDevice } from './tell-of-new-device';
import { trustIfWanted } from './trust-if-wanted';

export interface Completion extends AnswerQuery {
  readonly session: MfaSessionRow;
  readonly proof: Proof;
}

interface Completed {
  readonly sessionId: SessionId;
  readonly proofAt: number;
  readonly audit: readonly AuditRow[];
}

/** Why a right answer does not complete: another racer spent it, or the session ended, or nobody waits any more. */
class NotCompleted extends Error {
  constructor(readonly why: 'replayed' | 'ended' | 'late') {
    super(why);
  }
}

/** Completes, or refuses as wrong (replay) or closed. Throws when the store fails: then nothing has happened. */
export async function completeSignIn(
  deps: ActivityDeps,
  completion: Completion,
): Promise<AttemptOutcome | { readonly kind: 'unavailable' }> {
  const { pool, logger } = deps;
  const { session, attemptId, sessionIdHash, proof } = completion;
  const answer = { attemptId, sessionIdHash, method: proof.method };
  try {
    const completed = await learningIfPossible(deps, (tx, how) => complete(tx, completion, { ...how, deps }));
    logAudit(logger, completed.audit);
    await rememberProof(deps, session.userId, completed);
    return { kind: 'verified', sessionId: completed.sessionId };
  } catch (error) {
    if (!(error instanceof NotCompleted)) throw error;
    if (error.why === 'replayed') return refuseAnswer(deps, session, answer);
    if (error.why === 'late') return { kind: 'unavailable' };
    const outcome: AttemptOutcome = { kind: 'closed' };
    await settleAttempt(pool, { ...answer, outcome });
    return outcome;
  }
}

async function complete(
  tx: PoolClient,
  completion: Completion,
  options: { learns: boolean; deps: ActivityDeps },
): Promise<Completed> {
  const { session, attemptId, sessionIdHash, proof } = completion;
  const context = await assertStillWelcome(tx, completion);
  await spendAnswer(tx, completion);
  const isSignIn = session.purpose === 'sign-in';
  const opened = isSignIn ? newId<SessionId>('ses') : undefined;
  const signIn = await endSignIn(tx, {
    decisionId: session.decisionId,
    state: 'verified',
    sessionId: opened,
  });
  if (!signIn || isOvertaken(signIn, context, readSettings(context.settings)))
    throw new NotCompleted('ended');
  const { amr, method } = proof;
  const completed = opened
    ? await openProvenSession(tx, { signIn, context, sessionId: opened, amr })
    : await proveInSession(tx, signIn, amr);
  if (isSignIn) await tellOfNewDevice(tx, options.deps, signIn);
  // A step-up is no sign-in: it neither makes a device trusted nor teaches the profile.
  if (isSignIn) await rememberDevice(tx, completion, { signIn, context, learns: options.learns });
  const followed = (await proof.follow?.(tx, signIn)) ?? [];
  const details = { method, ...(signIn.action !== null && { action: signIn.action }) };
  const verified = { type: 'mfa.verified', level: 'info', terminal: true, details } as const;
  const audit = await insertAuditEvents(tx, [...followed, { ...eventBase(signIn), ...verified }]);
  const outcome: AttemptOutcome = { kind: 'verified', sessionId: completed.sessionId };
  await settleAttempt(tx, { attemptId, sessionIdHash, method, outcome });
  return { ...completed, audit };
}

/** Trusts the device where that is wanted, and teaches the profile. */
async function rememberDevice(
  tx: PoolClient,
  { answer, deviceKey, proof }: Completion,
  { signIn, context, learns }: { signIn: StoredDecision; context: DecisionContextRow; learns: boolean },
): Promise<void> {
  const wish = { answer, deviceKey, signIn, settings: readSettings(context.settings) };
  const trustedUntil = proof.mayTrustDevice ? await trustIfWanted(tx, wish) : undefined;
  if (!learns || !signIn.facts) return;
  await learnFrom(tx, { userId: signIn.userId, facts: signIn.facts, mfa: true, trustedUntil });
}

/** A user disabled or an organization suspended since the challenge does not get in; nor does anybody too late. */
async function assertStillWelcome(
  tx: PoolClient,
  { session, answer, deviceKey }: Completion,
): Promise<DecisionContextRow> {
  const { clientId, userId } = session;
  const answerBy = answer?.answerBy ?? Number.MAX_SAFE_INTEGER;
  const context = await readDecisionContext(tx, { clientId, userId, answerBy, deviceKey });
  if (!context?.userActive || !context.organizationActive) throw new NotCompleted('ended');
  if (context.late) throw new NotCompleted('late');
  return context;
}

/** Answer and session together: of all racing sessions with this answer exactly one spends it. */
async function spendAnswer(tx: PoolClient, { session, proof }: Completion): Promise<void> {
  await resetGuard(tx, session.userId, session.lane);
  if (!(await proof.spend(tx))) throw new NotCompleted('replayed');
  const ended = await endSession(tx, { idHash: session.idHash, state: 'verified', when: 'in-time' });
  if (!ended) throw new NotCompleted('ended');
}

/** The policy in force now limits the session; MFA satisfies every policy. */
async function openProvenSession(
  tx: PoolClient,
  {
    signIn,
    context,
    sessionId,
    amr,
  }: Pick<Proof, 'amr'> & {
    signIn: StoredDecision;
    context: DecisionContextRow;
    sessionId: SessionId;
  },
) {
  const { userId, clientId, id: decisionId } = signIn;
  const settings = readSettings(context.settings);
  await openSession(tx, { signIn, sessionId, settings, policyVersion: context.version });
  return { sessionId, proofAt: await insertProof(tx, { userId, clientId, sessionId, amr, decisionId }) };
}

/** A step-up proves in the session that asked for it, and in no other; a session revoked since gets nothing. */
async function proveInSession(tx: PoolClient, stepUp: StoredDecision, amr: Proof['amr']) {
  const { userId, clientId, id: decisionId, subjectSessionId } = stepUp;
  const sessionId = subjectSessionId as SessionId;
  if (!(await readSessionProof(tx, { userId, clientId, sessionId }))) throw new NotCompleted('ended');
  await insertStepUpReceipt(tx, stepUp);
  return { sessionId, proofAt: await insertProof(tx, { userId, clientId, sessionId, amr, decisionId }) };
}

/** Redis only spares reads: when it is away, the proof is still in Postgres. */
async function rememberProof(
  { redis, logger }: ActivityDeps,
  userId: string,
  completed: Completed,
): Promise<void> {
  const { sessionId, proofAt: at } = completed;
  await cacheLastMfa(redis, { userId, sessionId, at }).catch((error: unknown) =>
    logger.warn({ cause: errorName(error) }, 'last MFA not cached'),
  );
}
