/** The Temporal workers: decisions (workflows and their local activities) and side effects. */
import {
  Worker,
  type NativeConnection,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createActivities, type Activities } from '../activities';
import type { ActivityDeps } from '../activities/deps';
import { createFailureInterceptor } from '../activities/to-application-failure';
import type { Config } from '../runtime/config';
import { createDataConverter } from '../runtime/temporal-connection';
import { sideEffectsQueue } from '../workflows/messages';

export interface DecisionsWorkerOptions {
  readonly connection: NativeConnection;
  readonly workflowBundle: WorkflowBundleOption;
  /** Others than those made from `deps`. */
  readonly activities?: Activities;
  /** How many workflow tasks at once; pollers take of them too, and what is left takes over starts of this process. */
  readonly workflowTasks?: number;
}

/**
 * A process has one thread for requests and activities and one for workflows: more tasks at once than these keep busy
 * only make each of them slower, until the activities of all of them miss their deadlines.
 */
const WORKFLOW_TASKS = 16;

/** A worker that runs sign-ins; it polls when it is run. */
export function createDecisionsWorker(
  config: Config,
  deps: ActivityDeps,
  { connection, workflowBundle, activities, workflowTasks = WORKFLOW_TASKS }: DecisionsWorkerOptions,
): Promise<Worker> {
  return Worker.create({
    ...sharedOptions(config, deps, connection),
    ...(activities && { activities }),
    taskQueue: config.DECISIONS_TASK_QUEUE,
    workflowBundle,
    maxConcurrentWorkflowTaskExecutions: workflowTasks,
    // A killed worker must not stall an open sign-in: its sticky tasks go to the others after a second.
    stickyQueueScheduleToStartTimeout: '1s',
    workflowTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 2, maximum: 4 },
    // Each takes about a quarter of a MiB; one that is not there is replayed from its history.
    maxCachedWorkflows: 800,
    maxConcurrentLocalActivityExecutions: 100,
    enableNonLocalActivities: false,
  });
}

/** A worker for what nobody waits for; it polls when it is run. */
export function createSideEffectsWorker(
  config: Config,
  deps: ActivityDeps,
  connection: NativeConnection,
): Promise<Worker> {
  return Worker.create({
    ...sharedOptions(config, deps, connection),
    taskQueue: sideEffectsQueue(config.DECISIONS_TASK_QUEUE),
    maxConcurrentActivityTaskExecutions: 20,
  });
}

function sharedOptions(config: Config, deps: ActivityDeps, connection: NativeConnection) {
  return {
    connection,
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
}
