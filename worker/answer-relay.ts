/**
 * Announces approvals again whose Signal was lost: the API crashed after it had stored the answer, or Temporal was away.
 * Owns: that a sign-in goes on although nobody asks. Must never: judge; a Signal is a hint, the workflow looks itself.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ActivityDeps } from '../activities/deps';
import { takeUnjudgedAnswers } from '../storage/push-challenges';
import { pushAnsweredSignal, workflowIdOf } from '../workflows/messages';

/** The API's own Signal comes first, and so does the verdict on it; a sign-in lives for five minutes. */
const GRACE_SECONDS = 5;
const BATCH = 100;
const DEADLINE_MS = 1_000;

export interface AnswerRelayDeps extends Pick<ActivityDeps, 'pool'> {
  readonly client: Client;
}

/** One pass; returns how many were announced. What could not be is announced again after the grace. Exported for tests. */
export async function relayAnswers(
  { pool, client }: AnswerRelayDeps,
  graceSeconds = GRACE_SECONDS,
): Promise<number> {
  const answers = await takeUnjudgedAnswers(pool, graceSeconds, BATCH);
  for (const { challengeId, ...session } of answers) {
    const workflow = client.workflow.getHandle(workflowIdOf(session));
    try {
      await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        workflow.signal(pushAnsweredSignal, { challengeId }),
      );
    } catch (error) {
      // Ended in the meantime, or lost: the sweeper ends its session.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return answers.length;
}
