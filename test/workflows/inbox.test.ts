import type { Activities } from '../../activities';
import type { AnswerResult, SubmittedAnswer } from '../../workflows/messages';
import { sessionClosedSignal, submitAnswerUpdate, totpCodeSignal } from '../../workflows/messages';
import { answer, challengedUntil, StoreIsDown, VERIFIED, WRONG } from './support/fake-activities';
import { openStage, type Stage, type StagedSignIn } from './support/stage';

describe('the inbox of a challenge', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  /** A challenge that waits. `beforeItWaits` runs while the decision is recorded: what it sends comes in one batch. */
  async function challenge(
    fakes: Partial<Activities>,
    beforeItWaits: (signIn: StagedSignIn) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<StagedSignIn> {
    const expiresAt = (await stage.now()) + 300_000;
    const signIn: StagedSignIn = stage.signIn({
      settleSession: () => Promise.resolve({ kind: 'ended', state: 'expired' }),
      ...fakes,
      async recordDecision() {
        await beforeItWaits(signIn);
        return challengedUntil(expiresAt);
      },
    });
    await signIn.decide();
    return signIn;
  }
  const submit = (signIn: StagedSignIn, given: SubmittedAnswer): Promise<AnswerResult> =>
    signIn.handle.executeUpdate(submitAnswerUpdate, { args: [given] });

  it('hands an answer to the verification with the session and the device, and answers its verdict', async () => {
    const signIn = await challenge({ verifyTotp: () => Promise.resolve(VERIFIED) });
    expect(await submit(signIn, answer('a1'))).toEqual(VERIFIED.result);
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
    const { sessionIdHash, deviceKey } = signIn.input;
    expect(signIn.asked('verifyTotp')).toEqual([
      { sessionIdHash, deviceKey, attemptId: 'a1', answer: answer('a1') },
    ]);
    expect(signIn.asked('settleSession')).toEqual([]);
  });

  it('never verifies by itself: without a completed verdict the session stays open until it expires', async () => {
    const throttled = { kind: 'throttled', retryAfterSeconds: 30 } as const;
    const verdicts = [WRONG, { result: throttled, sessionEnded: undefined }];
    const signIn = await challenge({ verifyTotp: () => Promise.resolve(verdicts.shift() ?? WRONG) });
    expect(await submit(signIn, answer('a1'))).toEqual({ kind: 'wrong' });
    expect(await submit(signIn, answer('a2'))).toEqual(throttled);
    expect(await signIn.handle.result()).toEqual({ outcome: 'expired' });
  });

  it('ends dead when the verdict says so', async () => {
    const signIn = await challenge({
      verifyTotp: () => Promise.resolve({ result: { kind: 'wrong' }, sessionEnded: 'dead' }),
    });
    expect(await submit(signIn, answer('a5'))).toEqual({ kind: 'wrong' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'dead' });
  });

  it('handles answers one at a time, in the order in which they came', async () => {
    let inFlight = 0;
    let most = 0;
    const signIn = await challenge(
      {
        async verifyTotp() {
          most = Math.max(most, (inFlight += 1));
          await turnsOfTheEventLoop(200);
          inFlight -= 1;
          return WRONG;
        },
      },
      async ({ handle }) => {
        for (const attemptId of ['s1', 's2', 's3']) await handle.signal(totpCodeSignal, { attemptId });
      },
    );
    await Promise.all(['u1', 'u2', 'u3'].map((id) => submit(signIn, answer(id))));
    const attempts = signIn.asked('verifyTotp').map(({ attemptId }) => attemptId);
    expect(attempts.slice(0, 3)).toEqual(['s1', 's2', 's3']);
    expect(attempts.slice(3).sort()).toEqual(['u1', 'u2', 'u3']);
    expect(most).toBe(1);
  });

  it('takes an answer by Signal as a reference only: the evidence stays in the store', async () => {
    const signIn = await challenge({ verifyTotp: () => Promise.resolve(VERIFIED) });
    await signIn.handle.signal(totpCodeSignal, {
      attemptId: 'a1',
      ...{ digest: 'smuggled', answer: 'smuggled' },
    });
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
    const { sessionIdHash, deviceKey } = signIn.input;
    expect(signIn.asked('verifyTotp')).toEqual([{ sessionIdHash, deviceKey, attemptId: 'a1' }]);
  });

  it('answers every answer that is still in it when the session ends, and cuts nobody off', async () => {
    const late: Promise<AnswerResult>[] = [];
    const signIn = await challenge({ verifyTotp: () => Promise.resolve(VERIFIED) }, async (begun) => {
      late.push(...['late-1', 'late-2'].map((id) => submit(begun, answer(id))));
      // Sent last, handled first: within one batch Signals come before Updates.
      await begun.handle.signal(totpCodeSignal, { attemptId: 'winner' });
    });
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
    expect(await Promise.all(late)).toEqual([{ kind: 'ended' }, { kind: 'ended' }]);
    expect(signIn.asked('verifyTotp').map(({ attemptId }) => attemptId)).toEqual(['winner']);
  });

  it('answers "unavailable" when the store fails, and the same attempt may be sent again', async () => {
    let isDown = true;
    const signIn = await challenge({
      verifyTotp: () => (isDown ? Promise.reject(new StoreIsDown()) : Promise.resolve(VERIFIED)),
    });
    expect(await submit(signIn, answer('a1'))).toEqual({ kind: 'unavailable' });
    expect(signIn.asked('verifyTotp')).toHaveLength(3);
    isDown = false;
    expect(await submit(signIn, answer('a1'))).toEqual(VERIFIED.result);
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
  });

  it('looks at the stored session at once when told that it was closed, and ends as the store says', async () => {
    const lookedAt: number[] = [];
    const signIn = await challenge({
      async settleSession() {
        lookedAt.push(await stage.now());
        return { kind: 'ended', state: 'cancelled' };
      },
    });
    const toldAt = await stage.now();
    await signIn.handle.signal(sessionClosedSignal);
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
    expect(signIn.asked('settleSession')).toEqual([{ sessionIdHash: signIn.input.sessionIdHash }]);
    expect(lookedAt[0]).toBeLessThan(toldAt + 60_000);
  });

  it('stays open when told that its session was closed and the store says otherwise', async () => {
    let looked: () => void = () => undefined;
    const hasLooked = new Promise<void>((resolve) => (looked = resolve));
    const signIn = await challenge({
      settleSession() {
        looked();
        return Promise.resolve({ kind: 'pending', remainingMs: 250_000 });
      },
      verifyTotp: () => Promise.resolve(VERIFIED),
    });
    await signIn.handle.signal(sessionClosedSignal);
    await hasLooked;
    expect(await submit(signIn, answer('a1'))).toEqual(VERIFIED.result);
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
  });
});

async function turnsOfTheEventLoop(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
