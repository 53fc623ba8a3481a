/** A device answers a prompt: stored once with its signature, judged by the workflow of the sign-in. */
import { sealAnswer } from '../runtime/signed-answer';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { answerPushChallenge, findPushChallenge } from '../storage/push-challenges';
import { workflowIdOf } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { denyPrompt } from './deny-prompt';
import type { AuthenticatedDevice } from './device-authentication';
import { Problem } from './problem';
import type { AnswerBody } from './routes/devices/schemas';

const STATUS_OF = { approve: 'answered', deny: 'denied', report: 'reported' } as const;

export interface AnsweredPrompt {
  readonly challengeId: string;
  readonly decision: AnswerBody['decision'];
}

/** Takes the first answer; 409 for every later one, 404 for a prompt of somebody else. */
export async function answerPrompt(
  deps: ApiDeps,
  signed: AuthenticatedDevice,
  { challengeId, decision }: AnsweredPrompt,
): Promise<void> {
  const { device } = signed;
  const prompt = await findPushChallenge(deps.pool, challengeId);
  // Enumeration: another user's prompt is as unknown as one that does not exist.
  if (prompt?.userId !== device.userId) throw new Problem('not_found');
  const sealed = sealAnswer(deps.keys, challengeId, signed);
  const answer = { challengeId, userId: device.userId, deviceId: device.deviceId, sealed };
  const store = (tx: PoolClient) =>
    answerPushChallenge(tx, { ...answer, status: STATUS_OF[decision] }).then((isFirst) => {
      if (!isFirst) throw new Problem('challenge_closed');
    });
  if (decision !== 'approve') return denyPrompt(deps, { prompt, decision, store });
  await inTransaction(deps.pool, store);
  const session = { purpose: prompt.purpose, idHash: prompt.sessionIdHash };
  await deps.temporal.ringPush(workflowIdOf(session), challengeId);
}
