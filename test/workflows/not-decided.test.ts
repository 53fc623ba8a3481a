import { submitAnswerUpdate, type AnswerResult } from '../../workflows/messages';
import { ALLOWED, answer, challengedUntil, HANGS, StoreIsDown } from './support/fake-activities';
import { openStage, type Stage, type StagedSignIn } from './support/stage';

describe('a sign-in that could not be decided', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  it.each([
    ['fails', () => Promise.reject(new StoreIsDown())],
    ['hangs', () => HANGS],
  ])('answers not_recorded and is recorded as abandoned when the record %s', async (_, recordDecision) => {
    const signIn = stage.signIn({ recordDecision });
    expect(await signIn.decide()).toEqual({ kind: 'not_recorded' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'not_recorded' });
    expect(signIn.asked('recordAbandoned')).toEqual([{ input: signIn.input }]);
  });

  it('answers abandoned, and is recorded so, when the decision came after answerBy', async () => {
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve({ kind: 'abandoned' }) });
    expect(await signIn.decide()).toEqual({ kind: 'abandoned' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'abandoned' });
    expect(signIn.asked('recordAbandoned')).toEqual([{ input: signIn.input }]);
  });

  it('answers "ended" to an answer that comes all the same, and verifies nothing', async () => {
    const answers: Promise<AnswerResult>[] = [];
    const signIn: StagedSignIn = stage.signIn({
      recordDecision: () => Promise.resolve({ kind: 'abandoned' }),
      async recordAbandoned() {
        const update = await signIn.handle.startUpdate(submitAnswerUpdate, {
          args: [answer('late')],
          waitForStage: 'ACCEPTED',
        });
        answers.push(update.result());
        return { kind: 'abandoned' };
      },
    });
    await signIn.decide();
    await signIn.handle.result();
    expect(await Promise.all(answers)).toEqual([{ kind: 'ended' }]);
    expect(signIn.asked('verifyTotp')).toEqual([]);
  });

  it('answers nobody before the abandoned attempt is recorded, and goes on trying to record it', async () => {
    let failures = 3;
    const recorded: string[] = [];
    const signIn = stage.signIn({
      recordDecision: () => Promise.resolve({ kind: 'abandoned' }),
      recordAbandoned() {
        if (failures-- > 0) return Promise.reject(new StoreIsDown());
        recorded.push('recorded');
        return Promise.resolve({ kind: 'abandoned' });
      },
    });
    const answered = signIn.decide().then((decision) => [...recorded, decision.kind]);
    expect(await answered).toEqual(['recorded', 'abandoned']);
    expect(await signIn.handle.result()).toEqual({ outcome: 'abandoned' });
    expect(signIn.asked('recordAbandoned')).toHaveLength(4);
  });

  it('goes on with a decision that was committed all the same: an allowed one has ended', async () => {
    const signIn = stage.signIn({
      recordDecision: () => Promise.reject(new StoreIsDown()),
      recordAbandoned: () => Promise.resolve(ALLOWED),
    });
    expect(await signIn.decide()).toEqual(ALLOWED);
    expect(await signIn.handle.result()).toEqual({ outcome: 'allowed' });
  });

  it('goes on with a challenge that was committed all the same: it waits, and can be verified', async () => {
    const signIn = stage.signIn({
      recordDecision: () => Promise.reject(new StoreIsDown()),
      recordAbandoned: async () => challengedUntil((await stage.now()) + 300_000),
      verifyTotp: () =>
        Promise.resolve({ result: { kind: 'verified', sessionId: 'ses_1' }, sessionEnded: 'verified' }),
    });
    expect(await signIn.decide()).toMatchObject({ kind: 'decided', outcome: 'challenge' });
    const verdict = await signIn.handle.executeUpdate(submitAnswerUpdate, { args: [answer('first')] });
    expect(verdict).toEqual({ kind: 'verified', sessionId: 'ses_1' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
  });

  it.each([
    ['nothing', undefined],
    ['null, as a payload in clear becomes', null],
    ['text', 'sign in please'],
    [
      'no session',
      { clientId: 'demo-shop', userId: 'usr_1', ip: '203.0.113.77', deviceKey: 'd', answerBy: 1 },
    ],
    [
      'no deadline',
      { sessionIdHash: 's', clientId: 'demo-shop', userId: 'usr_1', ip: '::1', deviceKey: 'd' },
    ],
  ])('fails for good, without a single activity, when it is started with %s', async (_, argument) => {
    const signIn = stage.signIn({});
    await signIn.start(argument);
    const failure: unknown = await signIn.handle.result().catch((error: unknown) => error);
    expect(failure).toMatchObject({ cause: { type: 'malformed', nonRetryable: true } });
    expect(signIn.calls).toEqual([]);
  });
});
