/**
 * How an answer to a challenge is handed in. The workflow always gets it, by an Update; when the worker in this process
 * judges it, the request is answered as soon as the verdict has committed. The verdict lies with the attempt in the
 * store, where a repeated workflow task finds it.
 */
import { newSecret } from '../runtime/random-ids';
import { submitAnswerUpdate, type AnswerResult, type SubmittedAnswer } from '../workflows/messages';
import { withDeadline } from './temporal-deadline';
import type { DecisionDeps } from './temporal-decision';
import { hasEnded } from './temporal-errors';

interface HandedIn {
  readonly workflowId: string;
  readonly answer: SubmittedAnswer;
  readonly deadlineMs: number;
}

/** Hands the answer in and waits for its verdict. */
export async function askVerdict(
  { client, calls, host }: Pick<DecisionDeps, 'client' | 'calls' | 'host'>,
  { workflowId, answer, deadlineMs }: HandedIn,
): Promise<AnswerResult> {
  const committed = host?.verdicts.expect(answer.attemptId);
  const handle = client.workflow.getHandle(workflowId);
  // The attempt is settled in the store by its own id; the update id is fresh, so that an outage is not
  // remembered as the outcome of the attempt.
  const update = calls.keep(
    withDeadline(client, deadlineMs, () =>
      handle.executeUpdate(submitAnswerUpdate, { args: [answer], updateId: newSecret() }),
    ),
  );
  try {
    return await (committed ? Promise.race([committed.answer, update]) : update);
  } catch (error) {
    return hasEnded(error) ? { kind: 'ended' } : { kind: 'unavailable' };
  } finally {
    committed?.forget();
  }
}
