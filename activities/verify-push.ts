/**
 * Verifies the approval that a device signed (`judge-answer.ts`). Whatever asked for the look, only what lies in the
 * store counts: the signed answer, and the device token's hash and the wish for trust as they were when it was asked for.
 */
import { promptNumber } from '../runtime/push-secrets';
import { openAnswer } from '../runtime/signed-answer';
import { digestsEqual } from '../runtime/keys';
import { findApproval, spendApproval, type StoredApproval } from '../storage/push-approvals';
import { findPushDevice } from '../storage/push-devices';
import type { PushAnswer } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import type { AnswerQuery, Proof } from './factor';
import { createJudge, type Verdict } from './judge-answer';

interface StoredAnswer extends PushAnswer {
  readonly approval: StoredApproval;
}

/** Makes the activity. The attempt's id is the prompt's: a prompt is judged once, whoever asks how often. */
export function createVerifyPush(deps: ActivityDeps) {
  const judge = createJudge<StoredAnswer, StoredApproval>(deps, {
    method: 'push',
    evidenceOf: ({ answer }) => answer?.approval,
    match: (_session, approval) => matchApproval(deps, approval),
  });
  return async function verifyPush(query: AnswerQuery<PushAnswer>): Promise<Verdict> {
    const approval = await findApproval(deps.pool, query.attemptId);
    // An approval counts in the session that asked for it, and in no other.
    const isOwn = approval?.sessionIdHash === query.sessionIdHash;
    return judge({ ...query, answer: isOwn ? storedAnswer(approval) : undefined });
  };
}

/** The answer as it would have been handed in. The session is completed whether or not its holder asks at this moment. */
function storedAnswer(approval: StoredApproval): StoredAnswer {
  return {
    method: 'push',
    attemptId: approval.challengeId,
    newDeviceTokenHash: approval.deviceTokenHash,
    ...(approval.trustDevice !== null && { trustDevice: approval.trustDevice }),
    answerBy: Number.MAX_SAFE_INTEGER,
    approval,
  };
}

async function matchApproval(
  { pool, keys }: ActivityDeps,
  approval: StoredApproval,
): Promise<Proof | undefined> {
  const { challengeId, deviceId, userId, numberDigits: digits, keyId } = approval;
  const device = await findPushDevice(pool, deviceId);
  if (device?.userId !== userId) return undefined;
  const sealed = { box: approval.sealedAnswer, keyId: approval.answerKeyId };
  const said = openAnswer(keys, sealed, { challengeId, deviceId, publicJwk: device.publicJwk });
  if (said?.decision !== 'approve') return undefined;
  const expected = promptNumber(keys, { challengeId, digits, keyId });
  // Consent without looking: who approves has to have seen the screen that asks.
  if (!digestsEqual(Buffer.from(said.number ?? ''), Buffer.from(expected))) return undefined;
  return {
    method: 'push',
    amr: ['pop', 'swk', 'mfa'],
    mayTrustDevice: true,
    spend: (tx) => spendApproval(tx, approval),
  };
}
