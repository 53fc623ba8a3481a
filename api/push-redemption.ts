/**
 * What a device approved is handed to whoever holds the session that asked: once, or again with the same
 * Idempotency-Key. An approval whose Signal was lost is judged here.
 */
import { standingOf } from '../domain/push';
import { hashSecret } from '../runtime/random-ids';
import { promptDeviceToken } from '../runtime/push-secrets';
import { readGuardWait } from '../storage/guards';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { claimPushChallenge } from '../storage/push-approvals';
import { findPushChallenge, type PushChallenge } from '../storage/push-challenges';
import { workflowIdOf } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { Problem } from './problem';

/** `verify` answers within 5 s. */
const VERDICT_DEADLINE_MS = 4_000;

/**
 * The device token of the session that this prompt proved. Throws 409 while nobody has answered, 429 while the account
 * waits, and 401 for anything that proves nothing, whatever the reason.
 */
export async function redeemApproval(
  deps: ApiDeps,
  session: MfaSessionRow,
  { challengeId, claim }: { challengeId: string; claim: string },
): Promise<{ deviceToken: string }> {
  const prompt = await findPushChallenge(deps.pool, challengeId);
  // Another session's prompt proves nothing here, and is not told from one that does not exist.
  if (prompt?.sessionIdHash !== session.idHash) throw new Problem('verification_failed');
  const judged = standingOf(prompt) === 'answered' ? await judgeNow(deps, session, prompt) : prompt;
  const standing = standingOf(judged);
  if (standing === 'pending') throw new Problem('challenge_pending');
  if (standing === 'answered') throw new Problem('unavailable');
  if (standing !== 'approved') throw new Problem('verification_failed');
  if (!(await claimPushChallenge(deps.pool, { challengeId, claim })))
    throw new Problem('verification_failed');
  return { deviceToken: promptDeviceToken(deps.keys, challengeId, judged.keyId) };
}

/** Has the stored approval judged while the caller waits; a Signal may be on its way with the same attempt. */
async function judgeNow(
  deps: ApiDeps,
  session: MfaSessionRow,
  prompt: PushChallenge,
): Promise<PushChallenge> {
  const { waitSeconds, databaseNow } = await readGuardWait(deps.pool, session.userId, session.lane);
  if (waitSeconds > 0) throw new Problem('too_many_attempts', { retryAfterSeconds: waitSeconds });
  const deviceToken = promptDeviceToken(deps.keys, prompt.id, prompt.keyId);
  const answer = {
    method: 'push',
    attemptId: prompt.id,
    newDeviceTokenHash: hashSecret(deviceToken),
    answerBy: databaseNow + VERDICT_DEADLINE_MS,
  } as const;
  const result = await deps.temporal.submitAnswer(workflowIdOf(session), answer, VERDICT_DEADLINE_MS);
  if (result.kind === 'throttled')
    throw new Problem('too_many_attempts', { retryAfterSeconds: result.retryAfterSeconds });
  // The stored verdict rules over what the workflow answered.
  const now = await findPushChallenge(deps.pool, prompt.id);
  if (!now) throw new Problem('verification_failed');
  return now;
}
