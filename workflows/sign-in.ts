/** The sign-in workflow: does this sign-in need MFA, and was it proven? `conduct.ts` reads from top to bottom. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { SUMMARIES } from '../domain/flow-texts';
import { DECISION_RECORD } from './activity-options';
import { conduct } from './conduct';
import type { SignInInput, SignInResult } from './messages';

const { recordDecision } = proxyLocalActivities<Activities>({
  ...DECISION_RECORD,
  summary: SUMMARIES.recordDecision,
});

/** One sign-in to one application, from the first factor on. */
export function signIn(input: SignInInput): Promise<SignInResult> {
  return conduct(input, {
    record: (grounds) => recordDecision({ input, ...grounds }),
    allowed: 'allowed',
  });
}
