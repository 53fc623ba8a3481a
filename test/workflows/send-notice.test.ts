/** The delivery of a notice: tried as long as it is worth sending, and its end is always noted. */
import { randomBytes } from 'node:crypto';
import type { Activities } from '../../activities';
import { sendNoticeWorkflowId } from '../../domain/notices/delivery';
import { SEND_NOTICE_WORKFLOW, type SendNoticeResult } from '../../workflows/messages';
import { testEnvironment } from '../support/database';
import { StoreIsDown } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

const outage = () => Promise.reject(new StoreIsDown());
const DAY_SECONDS = 86_400;

async function startNotice(stage: Stage, fakes: Partial<Activities>, given: object = {}) {
  const input = { noticeId: randomBytes(8).toString('hex'), ...given };
  const workflowId = sendNoticeWorkflowId(input.noticeId);
  const begun = await stage.now();
  let lastTry = begun;
  const { deliverNotice = outage } = fakes;
  const recorder = stage.cast(workflowId, {
    ...fakes,
    async deliverNotice(query) {
      lastTry = await stage.now();
      return deliverNotice(query);
    },
  });
  const handle = await stage.client.workflow.start(SEND_NOTICE_WORKFLOW, {
    workflowId,
    taskQueue: stage.decisionsQueue,
    args: [input],
  });
  return {
    recorder,
    handle,
    input,
    result: () => handle.result() as Promise<SendNoticeResult>,
    /** Seconds on the server's clock from the start to the last try. */
    triedFor: () => (lastTry - begun) / 1_000,
  };
}

describe('a notice', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  it.each(['sent', 'refused', 'expired', 'gone', 'kept'] as const)(
    'that is %s is tried once',
    async (outcome) => {
      const { recorder, result, input } = await startNotice(stage, {
        deliverNotice: () => Promise.resolve(outcome),
      });
      expect(await result()).toEqual({ outcome });
      expect(recorder.asked('deliverNotice')).toEqual([{ noticeId: input.noticeId }]);
      expect(recorder.order()).toEqual(['deliverNotice']);
    },
  );

  it('is delivered after an outage of the mail server of twenty hours', async () => {
    const from = await stage.now();
    const { recorder, result } = await startNotice(stage, {
      deliverNotice: async () =>
        (await stage.now()) - from < 20 * 3_600_000 ? outage() : Promise.resolve('sent' as const),
    });
    expect(await result()).toEqual({ outcome: 'sent' });
    // Ever more rarely: not a hammering for a day.
    expect(recorder.asked('deliverNotice').length).toBeLessThan(300);
  });

  it('is given up after a day, and that is noted', async () => {
    const { recorder, result, triedFor } = await startNotice(stage, {
      giveUpNotice: () => Promise.resolve('given_up'),
    });
    expect(await result()).toEqual({ outcome: 'given_up' });
    expect(triedFor()).toBeGreaterThan(DAY_SECONDS - 400);
    expect(triedFor()).toBeLessThan(DAY_SECONDS + 60);
    expect(recorder.asked('giveUpNotice')).toHaveLength(1);
  });

  it('with a code is tried often, and only as long as the code is valid', async () => {
    const { recorder, result, triedFor } = await startNotice(
      stage,
      { giveUpNotice: () => Promise.resolve('expired') },
      { validSeconds: 600 },
    );
    expect(await result()).toEqual({ outcome: 'expired' });
    expect(triedFor()).toBeGreaterThan(570);
    expect(triedFor()).toBeLessThan(615);
    expect(recorder.asked('deliverNotice').length).toBeGreaterThan(35);
  });

  it('that was sent after all when it is given up counts as sent', async () => {
    const { result } = await startNotice(
      stage,
      { giveUpNotice: () => Promise.resolve('sent') },
      { validSeconds: 5 },
    );
    expect(await result()).toEqual({ outcome: 'sent' });
  });

  it.each([[undefined], [7]])('that was started with the id %p fails for good', async (noticeId) => {
    const { result } = await startNotice(stage, {}, { noticeId });
    await expect(result()).rejects.toMatchObject({ name: 'WorkflowFailedError' });
  });
});

// On a real server: the time-skipping one forgets an activity that a cancellation meets.
describe('a notice whose flow an operator cancels', () => {
  it('is noted as given up', async () => {
    const stage = await openStage({ existingServer: testEnvironment('TEST_TEMPORAL_ADDRESS') });
    const { recorder, handle, result } = await startNotice(stage, {
      giveUpNotice: () => Promise.resolve('given_up'),
    });
    await handle.cancel();
    expect(await result()).toEqual({ outcome: 'given_up' });
    expect(recorder.asked('giveUpNotice')).toHaveLength(1);
    await stage.teardown();
  });
});
