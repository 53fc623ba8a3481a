/**
 * Deadlines and retries by class. The three deciding activities add up to less than the 2.5 s in which a sign-in is
 * answered; unlimited retries are the SDK's default, so every class says how many.
 */
import {
  proxyActivities,
  workflowInfo,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { PROMPT_SECONDS } from '../domain/push';
import { sideEffectsQueue } from './messages';

const QUICK_RETRY = { initialInterval: '20ms', backoffCoefficient: 2, maximumAttempts: 2 } as const;

export const POLICY_LOOK_UP: LocalActivityOptions = {
  startToCloseTimeout: '300ms',
  scheduleToCloseTimeout: '400ms',
  retry: QUICK_RETRY,
};

export const RISK_ASSESSMENT: LocalActivityOptions = {
  startToCloseTimeout: '450ms',
  scheduleToCloseTimeout: '600ms',
  retry: QUICK_RETRY,
};

export const DECISION_RECORD: LocalActivityOptions = {
  startToCloseTimeout: '700ms',
  scheduleToCloseTimeout: '800ms',
  retry: QUICK_RETRY,
};

export const ANSWER_VERIFICATION: LocalActivityOptions = {
  startToCloseTimeout: '1500ms',
  scheduleToCloseTimeout: '3s',
  retry: { initialInterval: '50ms', backoffCoefficient: 2, maximumAttempts: 3 },
};

/** What nobody waits for: durable, with patience for an outage of hours. */
export const SETTLEMENT: ActivityOptions = {
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '1 day',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5_000 },
};

/** A message that stays true: tried for a day, ever more rarely. */
export const MAIL_DELIVERY: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '1 day',
  retry: {
    initialInterval: '2s',
    backoffCoefficient: 2,
    maximumInterval: '5 minutes',
    maximumAttempts: 1_000,
  },
};

/** A message with a code, for which somebody waits: tried often, as long as the code is valid. */
export function urgentMailDelivery(validSeconds: number): ActivityOptions {
  return {
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: validSeconds * 1_000,
    retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '15s', maximumAttempts: 1_000 },
  };
}

/** Telling devices of a prompt: worth trying again while somebody waits for the approval. */
export const PROMPT_DELIVERY: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: `${PROMPT_SECONDS}s`,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 20 },
};

/** Downloads of threat lists: slow, few, and tried again at the next schedule anyway. */
export const FEED_DOWNLOAD: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '30s', maximumAttempts: 3 },
};

/** Activities on the side-effects queue; `summary` is what the Temporal UI shows. */
export function sideEffects(options: ActivityOptions, summary: string) {
  return proxyActivities<Activities>({
    ...options,
    summary,
    taskQueue: sideEffectsQueue(workflowInfo().taskQueue),
  });
}
