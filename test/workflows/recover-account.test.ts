import { randomBytes } from 'node:crypto';
import type { Activities } from '../../activities';
import {
  RECOVER_ACCOUNT_WORKFLOW,
  recoverAccountWorkflowId,
  recoveryOrderedSignal,
  recoveryStepUpdate,
  type RecoverAccountResult,
  type RecoveryStep,
} from '../../workflows/recovery-messages';
import { testEnvironment } from '../support/database';
import { StoreIsDown } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

type Standing = Awaited<ReturnType<Activities['settleRecovery']>>;

const CODE: RecoveryStep = { kind: 'code', digest: 'canary-digest' };
const PASSWORD: RecoveryStep = { kind: 'password' };
const waitingFor = (state: 'code_sent' | 'confirmed', remainingMs = 600_000): Standing => ({
  kind: 'open',
  state,
  remainingMs,
});
const ended = (state: 'completed' | 'expired' | 'refused' | 'dead'): Standing => ({ kind: 'ended', state });
const sendRecoveryCode = () => Promise.resolve();

/** Open until `over` is set. */
function openUntilOver(state: 'code_sent' | 'confirmed') {
  const standing = { over: false };
  const settleRecovery = () => Promise.resolve(standing.over ? ended('refused') : waitingFor(state));
  return { standing, settleRecovery };
}

/** What settling answers, one after the other, the last one for ever. */
function standings(...all: [Standing, ...Standing[]]): Activities['settleRecovery'] {
  let index = 0;
  return () => Promise.resolve(all[Math.min(index++, all.length - 1)] ?? all[0]);
}

async function startRecovery(
  stage: Stage,
  fakes: Partial<Activities>,
  caseId: unknown = `rec_${randomBytes(8).toString('hex')}`,
) {
  const workflowId = recoverAccountWorkflowId(String(caseId));
  const recorder = stage.cast(workflowId, { sendRecoveryCode, ...fakes });
  const { decisionsQueue: taskQueue, client } = stage;
  const handle = await client.workflow.start(RECOVER_ACCOUNT_WORKFLOW, {
    workflowId,
    taskQueue,
    args: [{ caseId }],
  });
  return {
    recorder,
    handle,
    result: () => handle.result() as Promise<RecoverAccountResult>,
    end: async (standing: { over: boolean }) => {
      standing.over = true;
      await handle.signal(recoveryOrderedSignal);
      expect(await handle.result()).toEqual({ outcome: 'refused' });
    },
    step: (step: RecoveryStep) => handle.executeUpdate(recoveryStepUpdate, { args: [step] }),
  };
}

describe('a recovery', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());
  const recovery = (fakes: Partial<Activities>, caseId?: unknown) => startRecovery(stage, fakes, caseId);

  it('sends the code, takes code and password, and ends completed', async () => {
    const { recorder, step, result } = await recovery({
      settleRecovery: standings(waitingFor('code_sent'), waitingFor('confirmed'), ended('completed')),
      confirmRecovery: () => Promise.resolve({ kind: 'done' }),
      completeRecovery: () => Promise.resolve({ kind: 'done' }),
    });
    expect(await step(CODE)).toEqual({ kind: 'done' });
    expect(await step(PASSWORD)).toEqual({ kind: 'done' });
    expect(await result()).toEqual({ outcome: 'completed' });
    expect(recorder.order()).toEqual([
      'sendRecoveryCode',
      'settleRecovery',
      'confirmRecovery',
      'settleRecovery',
      'completeRecovery',
      'settleRecovery',
    ]);
  });

  it('lets a wrong code be tried again', async () => {
    const verdicts = [{ kind: 'wrong' }, { kind: 'done' }] as const;
    let tried = 0;
    const { standing, settleRecovery } = openUntilOver('code_sent');
    const { step, end } = await recovery({
      settleRecovery,
      confirmRecovery: () => Promise.resolve(verdicts[tried++] ?? { kind: 'ended' }),
    });
    expect(await step(CODE)).toEqual({ kind: 'wrong' });
    expect(await step(CODE)).toEqual({ kind: 'done' });
    await end(standing);
  });

  it('is looked at when its step is due, and goes on if the store gives it more time', async () => {
    const { recorder, result } = await recovery({
      settleRecovery: standings(waitingFor('code_sent'), waitingFor('code_sent', 900_000), ended('expired')),
    });
    await stage.pass('11 minutes');
    expect(recorder.asked('settleRecovery')).toHaveLength(2);
    await stage.pass('16 minutes');
    expect(await result()).toEqual({ outcome: 'expired' });
  });

  it('looks at once when an administrator ordered something', async () => {
    const { handle, result } = await recovery({
      settleRecovery: standings(waitingFor('code_sent'), ended('refused')),
    });
    await handle.signal(recoveryOrderedSignal);
    expect(await result()).toEqual({ outcome: 'refused' });
  });

  it('answers "unavailable" while the store is down, and the same step later', async () => {
    let isDown = true;
    const { standing, settleRecovery } = openUntilOver('confirmed');
    const { step, end } = await recovery({
      settleRecovery,
      completeRecovery: () =>
        isDown ? Promise.reject(new StoreIsDown()) : Promise.resolve({ kind: 'done' }),
    });
    expect(await step(PASSWORD)).toEqual({ kind: 'unavailable' });
    isDown = false;
    expect(await step(PASSWORD)).toEqual({ kind: 'done' });
    await end(standing);
  });

  it('sends the code through an outage', async () => {
    let failures = 4;
    const { recorder, result } = await recovery({
      sendRecoveryCode: () => (failures-- > 0 ? Promise.reject(new StoreIsDown()) : Promise.resolve()),
      settleRecovery: standings(ended('expired')),
    });
    expect(await result()).toEqual({ outcome: 'expired' });
    expect(recorder.asked('sendRecoveryCode')).toHaveLength(5);
  });

  it.each([[undefined], [7], [{ kind: 'code' }], [{ kind: 'else' }], [{ kind: 'code', digest: 7 }]])(
    'refuses a malformed step %p and goes on',
    async (malformed) => {
      const { standing, settleRecovery } = openUntilOver('confirmed');
      const { step, end } = await recovery({
        settleRecovery,
        completeRecovery: () => Promise.resolve({ kind: 'done' }),
      });
      await expect(step(malformed as RecoveryStep)).rejects.toMatchObject({
        name: 'WorkflowUpdateFailedError',
      });
      expect(await step(PASSWORD)).toEqual({ kind: 'done' });
      await end(standing);
    },
  );

  it('that was started with nonsense fails for good', async () => {
    const { result } = await recovery({}, 7);
    await expect(result()).rejects.toMatchObject({ name: 'WorkflowFailedError' });
  });
});

// On a real server: the time-skipping one forgets an activity that a cancellation meets.
describe('a recovery that an operator cancels', () => {
  it('ends its case, and says how it really ended', async () => {
    const stage = await openStage({ existingServer: testEnvironment('TEST_TEMPORAL_ADDRESS') });
    const { settleRecovery } = openUntilOver('code_sent');
    const { handle, step, recorder, result } = await startRecovery(stage, {
      settleRecovery,
      confirmRecovery: () => Promise.resolve({ kind: 'wrong' }),
      cancelRecovery: () => Promise.resolve('completed'),
    });
    expect(await step(CODE)).toEqual({ kind: 'wrong' });
    await handle.cancel();
    expect(await result()).toEqual({ outcome: 'completed' });
    expect(recorder.asked('cancelRecovery')).toHaveLength(1);
    await stage.teardown();
  });
});
