/** What the scenarios of sign-ins and step-ups are made of. */
import type { Activities } from '../../activities';
import { submitAnswerUpdate } from '../../workflows/messages';
import {
  answer,
  backupCodeAnswer,
  challengedUntil,
  passkeyAnswer,
} from '../workflows/support/fake-activities';
import type { StagedSignIn } from '../workflows/support/stage';
import { outage } from './scenario';

/** Challenges, with five minutes to answer. */
export const recordDecision: Activities['recordDecision'] = () =>
  Promise.resolve(challengedUntil(Date.now() + 300_000));
export const ended = (state: 'expired' | 'cancelled' | 'superseded') => () =>
  Promise.resolve({ kind: 'ended', state } as const);
export const submit = (signIn: StagedSignIn, attemptId: string) =>
  signIn.handle.executeUpdate(submitAnswerUpdate, { args: [answer(attemptId)] });
export const submitBackupCode = (signIn: StagedSignIn, attemptId: string) =>
  signIn.handle.executeUpdate(submitAnswerUpdate, { args: [backupCodeAnswer(attemptId)] });
export const submitPasskey = (signIn: StagedSignIn, attemptId: string) =>
  signIn.handle.executeUpdate(submitAnswerUpdate, { args: [passkeyAnswer(attemptId)] });

export function failingTimes<T>(failures: number, then: T): () => Promise<T> {
  let left = failures;
  return () => (left-- > 0 ? outage() : Promise.resolve(then));
}
