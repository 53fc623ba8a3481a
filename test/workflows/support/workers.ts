/** The two workers of a stage, made as production makes them: local activities only on the decisions queue. */
import { activityInfo } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { builtWorkflowBundle } from '../../support/workflow-bundle';
import { sideEffectsQueue } from '../../../workflows/messages';
import type { ActivityName, Recorder } from './fake-activities';
import type { StageOptions } from './server';

interface Cast {
  readonly options: StageOptions;
  readonly casts: ReadonlyMap<string, Recorder>;
  readonly decisionsQueue: string;
}

/** Starts both workers of a worker process; every activity is a fake. */
export async function startWorkers(
  environment: TestWorkflowEnvironment,
  { options, casts, decisionsQueue }: Cast,
) {
  const shared = {
    connection: environment.nativeConnection,
    namespace: environment.namespace ?? 'default',
    identity: 'tests',
    activities: dispatchingActivities(casts),
    dataConverter: options.dataConverter ?? {
      failureConverterPath: require.resolve('../../../runtime/failure-converter'),
    },
    shutdownForceTime: '5s',
  } satisfies Partial<WorkerOptions>;
  const decisions = await Worker.create({
    ...shared,
    taskQueue: decisionsQueue,
    workflowBundle: builtWorkflowBundle(),
    stickyQueueScheduleToStartTimeout: '1s',
    enableNonLocalActivities: false,
  });
  const sideEffects = await Worker.create({ ...shared, taskQueue: sideEffectsQueue(decisionsQueue) });
  const running = Promise.all([decisions.run(), sideEffects.run()]);
  return {
    async stop() {
      decisions.shutdown();
      sideEffects.shutdown();
      await running;
    },
  };
}

const NAMES: Readonly<Record<ActivityName, true>> = {
  lookUpPolicy: true,
  assessRisk: true,
  recordDecision: true,
  recordStepUp: true,
  recordAbandoned: true,
  verifyTotp: true,
  verifyBackupCode: true,
  verifyPasskey: true,
  verifyPush: true,
  sendPrompt: true,
  settleSession: true,
  cancelSession: true,
  reassessBatch: true,
  sendRecoveryCode: true,
  confirmRecovery: true,
  completeRecovery: true,
  settleRecovery: true,
  cancelRecovery: true,
  deliverNotice: true,
  giveUpNotice: true,
  updateFeeds: true,
};

/** Every activity looks up the fakes of the workflow that called it. */
function dispatchingActivities(
  casts: ReadonlyMap<string, Recorder>,
): Record<string, (argument: never) => unknown> {
  return Object.fromEntries(
    (Object.keys(NAMES) as ActivityName[]).map((name) => [
      name,
      (argument: never) => {
        const recorder = casts.get(activityInfo().workflowExecution?.workflowId ?? '');
        if (!recorder) throw new Error('a workflow without fakes');
        return recorder.perform(name, argument);
      },
    ]),
  );
}
