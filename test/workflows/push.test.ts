/** Answers on a device, as the workflow hears of them: a Signal that says nothing but where to look. */
import { pushAnsweredSignal, submitAnswerUpdate } from '../../workflows/messages';
import { challengedUntil, pushAnswer, VERIFIED, WRONG } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

describe('a challenge that hears of an answer on a device', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  async function challenged(fakes: Parameters<Stage['signIn']>[0]) {
    const deadline = (await stage.now()) + 300_000;
    const recordDecision = () => Promise.resolve(challengedUntil(deadline));
    const signIn = stage.signIn({ recordDecision, ...fakes });
    await signIn.decide();
    return signIn;
  }

  it('looks at it by the id of the prompt, with no evidence of its own', async () => {
    const signIn = await challenged({ verifyPush: () => Promise.resolve(VERIFIED) });
    await signIn.handle.signal(pushAnsweredSignal, { challengeId: 'chl_1' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
    const { sessionIdHash, deviceKey } = signIn.input;
    expect(signIn.asked('verifyPush')).toEqual([
      { sessionIdHash, deviceKey, attemptId: 'chl_1', answer: undefined },
    ]);
  });

  it('stays open when the look found nothing, and judges the next one', async () => {
    const signIn = await challenged({
      verifyPush: ({ attemptId }) => Promise.resolve(attemptId === 'chl_2' ? VERIFIED : WRONG),
    });
    await signIn.handle.signal(pushAnsweredSignal, { challengeId: 'chl_1' });
    const result = await signIn.handle.executeUpdate(submitAnswerUpdate, { args: [pushAnswer('chl_2')] });
    expect(result).toEqual(VERIFIED.result);
    expect(signIn.asked('verifyPush').map(({ attemptId }) => attemptId)).toEqual(['chl_1', 'chl_2']);
  });

  it.each([[null], ['chl_1'], [{}], [{ challengeId: 7 }], [{ attemptId: 'chl_1' }]])(
    'ignores a Signal that names no prompt: %j',
    async (argument) => {
      const signIn = await challenged({ verifyPush: () => Promise.resolve(VERIFIED) });
      await signIn.handle.signal(pushAnsweredSignal, argument as never);
      await signIn.handle.signal(pushAnsweredSignal, { challengeId: 'chl_1' });
      await signIn.handle.result();
      expect(signIn.asked('verifyPush')).toHaveLength(1);
    },
  );
});
