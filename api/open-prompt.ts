/** Asks for an approval on the user's devices, within the limits that keep prompts from wearing him down. */
import type { NumberDigits } from '../domain/push';
import { logAudit } from '../runtime/audit-log';
import { promptDeviceToken, promptNumber } from '../runtime/push-secrets';
import { hashSecret, newId } from '../runtime/random-ids';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { readGuardWait } from '../storage/guards';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction, type PoolClient } from '../storage/postgres';
import {
  closeLapsedPrompts,
  findOpenPrompt,
  findPushChallenge,
  insertPushChallenge,
  type PushChallenge,
} from '../storage/push-challenges';
import { hasSubscriber } from '../storage/push-devices';
import { isPushAvailable, readPromptWait } from '../storage/push-fatigue';
import { eventBase, findDecisionById, type StoredDecision } from '../storage/sign-ins';
import { lockUser } from '../storage/user-changes';
import { insertWorkflowStart, type WorkflowStartRow } from '../storage/workflow-starts';
import { DELIVER_PROMPT_WORKFLOW, deliverPromptWorkflowId } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { startAfterCommit } from './background-workflows';
import { Problem } from './problem';
import { assertCanBeShown, numberDigitsOf } from './prompt-content';

export interface OpenedPrompt {
  readonly challengeId: string;
  readonly expiresIn: number;
  /** For the sign-in screen. */
  readonly number: string;
}

interface Wanted {
  readonly session: MfaSessionRow;
  readonly decision: StoredDecision;
  readonly numberDigits: NumberDigits;
  readonly trustDevice: boolean | undefined;
}

interface Opened {
  readonly prompt: PushChallenge;
  readonly audit: readonly AuditRow[];
  /** Tells the devices, where any wants to be told. */
  readonly delivery?: WorkflowStartRow;
}

/** The open prompt of a session: a new one, or the one that it asked for before. */
export async function openPrompt(
  deps: ApiDeps,
  session: MfaSessionRow,
  trustDevice: boolean | undefined,
): Promise<OpenedPrompt> {
  const { pool, keys, logger } = deps;
  // An approval could not be judged now, so nobody is asked for one.
  const { waitSeconds } = await readGuardWait(pool, session.userId, session.lane);
  if (waitSeconds > 0) throw new Problem('too_many_attempts', { retryAfterSeconds: waitSeconds });
  const decision = await findDecisionById(pool, session.decisionId);
  if (!decision || session.state !== 'pending' || session.remainingMs <= 0)
    throw new Problem('verification_failed');
  await assertCanBeShown(deps, session, decision);
  const numberDigits = await numberDigitsOf(deps, session.clientId);
  const wanted = { session, decision, numberDigits, trustDevice };
  const { prompt, audit, delivery } = await inTransaction(pool, (tx) => reuseOrOpen(tx, deps, wanted));
  logAudit(logger, audit);
  if (delivery) await startAfterCommit(deps, delivery);
  const { id: challengeId, keyId, remainingMs } = prompt;
  const number = promptNumber(keys, { challengeId, digits: prompt.numberDigits, keyId });
  return { challengeId, expiresIn: Math.max(1, Math.ceil(remainingMs / 1_000)), number };
}

async function reuseOrOpen(tx: PoolClient, deps: ApiDeps, wanted: Wanted): Promise<Opened> {
  const { userId, idHash } = wanted.session;
  // Held until the end: of two sessions that ask at once, the second sees what the first did.
  const user = await lockUser(tx, userId);
  if (user?.status !== 'active') throw new Problem('verification_failed');
  await closeLapsedPrompts(tx, userId);
  const open = await findOpenPrompt(tx, userId);
  // Consent by mistake: an owner who waits for his own prompt must not be shown a stranger's.
  if (open && open.sessionIdHash !== idHash) throw new Problem('push_busy');
  if (open) return { prompt: open, audit: [] };
  if (!(await isPushAvailable(tx, userId))) throw new Problem('push_unavailable');
  const retryAfterSeconds = await readPromptWait(tx, userId);
  if (retryAfterSeconds > 0) throw new Problem('too_many_attempts', { retryAfterSeconds });
  return insertPrompt(tx, deps, wanted);
}

async function insertPrompt(tx: PoolClient, { keys }: ApiDeps, wanted: Wanted): Promise<Opened> {
  const { session, decision, numberDigits, trustDevice } = wanted;
  const id = newId<string>('chl');
  const keyId = keys.currentId;
  const inserted = await insertPushChallenge(tx, {
    id,
    userId: session.userId,
    sessionIdHash: session.idHash,
    numberDigits,
    keyId,
    deviceTokenHash: hashSecret(promptDeviceToken(keys, id, keyId)),
    trustDevice,
  });
  const prompt = inserted ? await findPushChallenge(tx, id) : undefined;
  if (!prompt) throw new Problem('push_busy');
  const event = { ...eventBase(decision), type: 'push.prompted', level: 'info', terminal: false } as const;
  const audit = await insertAuditEvents(tx, [event]);
  if (!(await hasSubscriber(tx, session.userId))) return { prompt, audit };
  const input = { challengeId: id };
  const delivery: WorkflowStartRow = {
    workflow: DELIVER_PROMPT_WORKFLOW,
    workflowId: deliverPromptWorkflowId(input),
    input,
  };
  await insertWorkflowStart(tx, delivery);
  return { prompt, audit, delivery };
}
