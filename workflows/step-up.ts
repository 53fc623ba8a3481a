/**
 * The step-up workflow: is the last proof in this very session fresh enough for the action, and was a new one given?
 * Those that are approved at once are workflows too. `conduct.ts` reads from top to bottom.
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SUMMARIES } from '../domain/flow-texts';
import { DECISION_RECORD } from './activity-options';
import { conduct } from './conduct';
import type { SignInResult, StepUpInput } from './messages';

const { recordStepUp } = proxyLocalActivities<Activities>({
  ...DECISION_RECORD,
  summary: SUMMARIES.recordStepUp,
});

/** One step-up for one action, within a session. */
export function stepUp(input: StepUpInput): Promise<SignInResult> {
  return conduct(input, {
    record: (grounds) => recordStepUp({ input, ...grounds }),
    allowed: 'approved',
  });
}
