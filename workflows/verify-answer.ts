/** Which answers there are, what each has to carry, and which local activity judges it: a new method is a line in each table. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { AnswerQuery } from '../activities/factor';
import type { Verdict } from '../activities/judge-answer';
import { SUMMARIES } from '../domain/flow-texts';
import { ANSWER_VERIFICATION } from './activity-options';
import type { AnswerMethod, SubmittedAnswer } from './messages';

const verifying = (summary: string) => proxyLocalActivities<Activities>({ ...ANSWER_VERIFICATION, summary });

/** The activity of each method. */
const VERIFIERS: { readonly [M in AnswerMethod]: (query: AnswerQuery<AnswerOf<M>>) => Promise<Verdict> } = {
  totp: verifying(SUMMARIES.verifyTotp).verifyTotp,
  backupCode: verifying(SUMMARIES.verifyBackupCode).verifyBackupCode,
  passkey: verifying(SUMMARIES.verifyPasskey).verifyPasskey,
  push: verifying(SUMMARIES.verifyPush).verifyPush,
};

/** The texts that an answer of each method carries beside those of every answer. */
const EVIDENCE: Readonly<Record<AnswerMethod, readonly string[]>> = {
  totp: ['digest', 'digestKeyId'],
  backupCode: ['digit', 'digest', 'digestKeyId'],
  passkey: [],
  push: [],
};

type AnswerOf<M extends AnswerMethod> = Extract<SubmittedAnswer, { method: M }>;

/** Has an answer judged by the activity of its method. */
export function verifyAnswer(method: AnswerMethod, query: AnswerQuery): Promise<Verdict> {
  const verify: (query: AnswerQuery<never>) => Promise<Verdict> = VERIFIERS[method];
  return verify(query as AnswerQuery<never>);
}

/** Whether a message has the documented shape: all a validator may check, since the cap is the store's. */
export function isSubmittedAnswer(value: unknown): value is SubmittedAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const answer = value as Record<string, unknown>;
  const { method, answerBy } = answer;
  if (typeof method !== 'string' || !Object.hasOwn(EVIDENCE, method) || typeof answerBy !== 'number')
    return false;
  const texts = ['attemptId', 'newDeviceTokenHash', ...EVIDENCE[method as AnswerMethod]];
  return texts.every((key) => typeof answer[key] === 'string');
}
