import type { Activities } from '../../activities';
import { UPDATE_THREAT_FEEDS_WORKFLOW } from '../../workflows/messages';
import { StoreIsDown } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

describe('the scheduled update of threat lists', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  async function update(workflowId: string, updateFeeds: Activities['updateFeeds']) {
    const recorder = stage.cast(workflowId, { updateFeeds });
    const { decisionsQueue: taskQueue, client } = stage;
    const handle = await client.workflow.start(UPDATE_THREAT_FEEDS_WORKFLOW, { workflowId, taskQueue });
    return { handle, recorder };
  }

  it('says which lists were updated and which kept their old version', async () => {
    const outcome = { updated: ['tor'], failed: ['vpn'] };
    const { handle, recorder } = await update('feeds/1', () => Promise.resolve(outcome));
    expect(await handle.result()).toEqual(outcome);
    expect(recorder.order()).toEqual(['updateFeeds']);
  });

  it('is tried three times and then left to the next schedule', async () => {
    const { handle, recorder } = await update('feeds/2', () => Promise.reject(new StoreIsDown()));
    await expect(handle.result()).rejects.toMatchObject({ name: 'WorkflowFailedError' });
    expect(recorder.order()).toHaveLength(3);
  });
});
