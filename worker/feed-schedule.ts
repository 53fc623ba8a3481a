/** Switches the scheduled refresh of threat lists on or off, as `FEEDS_UPDATE_HOURS` says. */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
} from '@temporalio/client';
import type { Config } from '../runtime/config';
import { UPDATE_THREAT_FEEDS_WORKFLOW } from '../workflows/messages';

const SCHEDULE_ID = 'update-threat-feeds';

/** Creates, changes or removes the schedule. With several workers the last start wins. */
export async function scheduleFeedUpdates(client: Client, config: Config): Promise<void> {
  const handle = client.schedule.getHandle(SCHEDULE_ID);
  if (config.FEEDS_UPDATE_HOURS === 0) {
    await handle.delete().catch(ignoreMissing);
    return;
  }
  const spec = { intervals: [{ every: `${config.FEEDS_UPDATE_HOURS}h` as const }] };
  try {
    await client.schedule.create({
      scheduleId: SCHEDULE_ID,
      spec,
      policies: { overlap: ScheduleOverlapPolicy.SKIP },
      action: {
        type: 'startWorkflow',
        workflowType: UPDATE_THREAT_FEEDS_WORKFLOW,
        taskQueue: config.DECISIONS_TASK_QUEUE,
      },
      state: { triggerImmediately: true },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await handle.update((schedule) => ({ ...schedule, spec }));
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) throw error;
}
