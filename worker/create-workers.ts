/** The two workers of a worker process: decisions (workflows and their local activities) and side effects. */
import {
  Worker,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities } from '../activities';
import type { ActivityDeps } from '../activities/deps';
import { createFailureInterceptor } from '../activities/to-application-failure';
import type { Config } from '../runtime/config';
import { createDataConverter } from '../runtime/temporal-connection';
import { sideEffectsQueue } from '../workflows/messages';

export interface WorkerSet {
  readonly decisions: Worker;
  readonly sideEffects: Worker;
}

/** Creates both workers; neither polls until it is run. */
export async function createWorkers(
  config: Config,
  deps: ActivityDeps,
  options: { connection: NativeConnection; workflowBundle: WorkflowBundleOption },
): Promise<WorkerSet> {
  const shared = {
    connection: options.connection,
    namespace: config.TEMPORAL_NAMESPACE,
    activities: createActivities(deps),
    dataConverter: createDataConverter(deps.keys, { scope: 'strict', clear: 'neutralise' }),
    interceptors: {
      activity: [
        (context: { info: { activityType: string } }) => ({
          inbound: createFailureInterceptor(deps.logger, context.info.activityType),
        }),
      ],
    },
    shutdownGraceTime: '8s',
    shutdownForceTime: '12s',
  } satisfies Partial<WorkerOptions>;
  const decisions = await Worker.create({
    ...shared,
    taskQueue: config.DECISIONS_TASK_QUEUE,
    workflowBundle: options.workflowBundle,
    // A killed worker must not stall an open sign-in: its sticky tasks go to the others after a second.
    stickyQueueScheduleToStartTimeout: '1s',
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 2, initial: 5, maximum: 20 },
    maxCachedWorkflows: 2_000,
    maxConcurrentLocalActivityExecutions: 100,
    enableNonLocalActivities: false,
  });
  const sideEffects = await Worker.create({
    ...shared,
    taskQueue: sideEffectsQueue(config.DECISIONS_TASK_QUEUE),
    maxConcurrentActivityTaskExecutions: 20,
  });
  return { decisions, sideEffects };
}
