/** Tells the devices of a prompt, with patience for a push service that does not answer, until the prompt is over. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { SUMMARIES } from '../domain/flow-texts';
import { PROMPT_DELIVERY, sideEffects } from './activity-options';
import type { DeliverPromptInput, DeliverPromptResult } from './messages';

/** One prompt. Not reaching anybody is no failure of the workflow: the prompt is over then. */
export async function deliverPrompt({ challengeId }: DeliverPromptInput): Promise<DeliverPromptResult> {
  if (typeof challengeId !== 'string') throw ApplicationFailure.nonRetryable('malformed input', 'malformed');
  try {
    await sideEffects(PROMPT_DELIVERY, SUMMARIES.sendPrompt).sendPrompt({ challengeId });
    return { outcome: 'done' };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { outcome: 'given_up' };
  }
}
