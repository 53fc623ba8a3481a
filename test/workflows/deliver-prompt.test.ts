/** Telling the devices of a prompt: tried again while it may help, given up when the prompt is over. */
import { ApplicationFailure } from '@temporalio/common';
import { DELIVER_PROMPT_WORKFLOW, deliverPromptWorkflowId } from '../../workflows/messages';
import type { Activities } from '../../activities';
import { openStage, type Stage } from './support/stage';

describe('the delivery of a prompt', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  async function deliver(challengeId: string, sendPrompt: Activities['sendPrompt']) {
    const workflowId = deliverPromptWorkflowId({ challengeId });
    const recorder = stage.cast(workflowId, { sendPrompt });
    const result: unknown = await stage.client.workflow.execute(DELIVER_PROMPT_WORKFLOW, {
      workflowId,
      taskQueue: stage.decisionsQueue,
      args: [{ challengeId }],
    });
    return { result, calls: recorder.asked('sendPrompt') };
  }

  it('tries again after a failure', async () => {
    let failures = 2;
    const { result, calls } = await deliver('chl_1', () =>
      failures-- > 0 ? Promise.reject(ApplicationFailure.retryable('away')) : Promise.resolve(),
    );
    expect(result).toEqual({ outcome: 'done' });
    expect(calls).toEqual(Array(3).fill({ challengeId: 'chl_1' }));
  });

  it('gives up once the prompt is over', async () => {
    const { result, calls } = await deliver('chl_2', () =>
      Promise.reject(ApplicationFailure.retryable('away')),
    );
    expect(result).toEqual({ outcome: 'given_up' });
    expect(calls.length).toBeGreaterThan(5);
  });
});
