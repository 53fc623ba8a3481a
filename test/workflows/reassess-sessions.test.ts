import type { Activities } from '../../activities';
import {
  REASSESS_SESSIONS_WORKFLOW,
  reassessSessionsWorkflowId,
  type SessionsReassessed,
} from '../../workflows/messages';
import { StoreIsDown } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

type ReassessBatch = Activities['reassessBatch'];
const NOTHING = { kept: 0, stepUps: 0, ended: 0, done: true } as const;

describe('the workflow that carries a policy change to open sessions', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  async function reassess(version: number, reassessBatch: ReassessBatch) {
    const input = { clientId: 'demo-shop', version };
    const workflowId = reassessSessionsWorkflowId(input);
    const recorder = stage.cast(workflowId, { reassessBatch });
    const { decisionsQueue: taskQueue, client } = stage;
    const handle = await client.workflow.start(REASSESS_SESSIONS_WORKFLOW, {
      workflowId,
      taskQueue,
      args: [input],
    });
    return { result: (await handle.result()) as SessionsReassessed, asked: recorder.asked('reassessBatch') };
  }

  it('goes on in every lane until nothing is left, and adds up what it did', async () => {
    const left = new Map([[2, 2]]);
    const { result, asked } = await reassess(1, ({ lane }) => {
      const batches = left.get(lane) ?? 0;
      left.set(lane, batches - 1);
      return Promise.resolve(batches > 0 ? { kept: 1, stepUps: 2, ended: 3, done: false } : NOTHING);
    });
    expect(result).toEqual({ kept: 2, stepUps: 4, ended: 6 });
    const lanes = asked.map(({ lane }) => lane);
    expect(new Set(lanes)).toEqual(new Set([0, 1, 2, 3]));
    expect(lanes.filter((lane) => lane === 2)).toHaveLength(4);
  });

  it('looks a second time, for sessions whose sign-in was being recorded at the first look', async () => {
    let looks = 0;
    const { result } = await reassess(2, ({ lane }) => {
      if (lane !== 0) return Promise.resolve(NOTHING);
      looks += 1;
      return Promise.resolve(looks === 1 ? NOTHING : { ...NOTHING, stepUps: 1 });
    });
    expect(result).toEqual({ kept: 0, stepUps: 1, ended: 0 });
  });

  it('outlasts an outage of the store', async () => {
    let failures = 7;
    const { result } = await reassess(3, ({ lane }) => {
      if (lane !== 1 || failures === 0) return Promise.resolve({ ...NOTHING, kept: lane === 1 ? 1 : 0 });
      failures -= 1;
      return Promise.reject(new StoreIsDown());
    });
    expect(result).toEqual({ kept: 2, stepUps: 0, ended: 0 });
  });
});
