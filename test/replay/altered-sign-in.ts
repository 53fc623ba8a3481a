/**
 * A sign-in that was changed without thought for the workflows under way: it assesses the risk before it reads the
 * policy. Replaying any recorded history against it must be reported.
 */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { SignInInput, SignInResult } from '../../workflows/messages';

const { lookUpPolicy, assessRisk } = proxyLocalActivities<Activities>({
  scheduleToCloseTimeout: '1s',
  retry: { maximumAttempts: 1 },
});

export async function signIn(input: SignInInput): Promise<SignInResult> {
  await assessRisk({ input, policy: 'unreadable' });
  await lookUpPolicy({ clientId: input.clientId, fresh: false });
  return { outcome: 'allowed' };
}
