import { submitAnswerUpdate } from '../../workflows/messages';
import {
  ALLOWED,
  answer,
  BLOCKED,
  challengedUntil,
  StoreIsDown,
  VERIFIED,
  WRONG,
} from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

describe('the step-up workflow', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  it('looks up the policy, assesses the risk and records, also when it is approved at once', async () => {
    const stepUp = stage.stepUp({ recordStepUp: () => Promise.resolve(ALLOWED) });
    expect(await stepUp.decide()).toMatchObject({ kind: 'decided', outcome: 'allow' });
    expect(await stepUp.handle.result()).toEqual({ outcome: 'approved' });
    expect(stepUp.order()).toEqual(['lookUpPolicy', 'assessRisk', 'recordStepUp']);
  });

  it('records an unreadable policy and an unavailable risk as such instead of failing', async () => {
    const outage = () => Promise.reject(new StoreIsDown());
    const stepUp = stage.stepUp({
      lookUpPolicy: outage,
      assessRisk: outage,
      recordStepUp: () => Promise.resolve(BLOCKED),
    });
    await stepUp.decide();
    expect(stepUp.asked('recordStepUp')).toMatchObject([
      { policy: 'unreadable', assessment: { kind: 'unavailable' } },
    ]);
    expect(await stepUp.handle.result()).toEqual({ outcome: 'blocked' });
  });

  it('approves nothing that could not be recorded, and records the attempt later', async () => {
    const stepUp = stage.stepUp({ recordStepUp: () => Promise.reject(new StoreIsDown()) });
    expect(await stepUp.decide()).toEqual({ kind: 'not_recorded' });
    expect(await stepUp.handle.result()).toEqual({ outcome: 'not_recorded' });
    expect(stepUp.asked('recordAbandoned')).toMatchObject([{ input: { action: 'payment' } }]);
  });

  it('waits for the proof, answers each try, and ends verified', async () => {
    const verdicts = [WRONG, VERIFIED];
    const stepUp = stage.stepUp({
      recordStepUp: async () => challengedUntil((await stage.now()) + 300_000),
      verifyTotp: () => Promise.resolve(verdicts.shift() ?? WRONG),
    });
    await stepUp.decide();
    const submit = (attemptId: string) =>
      stepUp.handle.executeUpdate(submitAnswerUpdate, { args: [answer(attemptId)] });
    expect(await submit('first')).toEqual({ kind: 'wrong' });
    expect(await submit('second')).toMatchObject({ kind: 'verified' });
    expect(await stepUp.handle.result()).toEqual({ outcome: 'verified' });
  });

  it('expires by its timer after 300 s without an answer', async () => {
    const stepUp = stage.stepUp({
      recordStepUp: async () => challengedUntil((await stage.now()) + 300_000),
      settleSession: () => Promise.resolve({ kind: 'ended', state: 'expired' }),
    });
    await stepUp.decide();
    expect(await stepUp.handle.result()).toEqual({ outcome: 'expired' });
  });
});
