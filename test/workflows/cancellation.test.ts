import type { Activities } from '../../activities';
import type { AnswerResult } from '../../workflows/messages';
import { submitAnswerUpdate } from '../../workflows/messages';
import { answer, ASSESSMENT, challengedUntil, FACTS, POLICY, StoreIsDown } from './support/fake-activities';
import { openStage, type Stage, type StagedSignIn } from './support/stage';

describe('a sign-in that an operator cancels', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  async function challenge(fakes: Partial<Activities>): Promise<StagedSignIn> {
    const expiresAt = (await stage.now()) + 300_000;
    const signIn = stage.signIn({
      recordDecision: () => Promise.resolve(challengedUntil(expiresAt)),
      ...fakes,
    });
    await signIn.decide();
    return signIn;
  }

  it('ends its session in the store, completes, and says so', async () => {
    const signIn = await challenge({ cancelSession: () => Promise.resolve({ state: 'cancelled' }) });
    await signIn.handle.cancel();
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
    expect(signIn.asked('cancelSession')).toEqual([{ sessionIdHash: signIn.input.sessionIdHash }]);
  });

  it('says how its session really ended when an answer was first', async () => {
    const signIn = await challenge({ cancelSession: () => Promise.resolve({ state: 'verified' }) });
    await signIn.handle.cancel();
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
  });

  it('is cancelled through an outage of the store', async () => {
    let failures = 5;
    const signIn = await challenge({
      cancelSession: () =>
        failures-- > 0 ? Promise.reject(new StoreIsDown()) : Promise.resolve({ state: 'cancelled' }),
    });
    await signIn.handle.cancel();
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
  });

  it('answers "ended" to an answer that comes while it is being cancelled', async () => {
    const late: Promise<AnswerResult>[] = [];
    const signIn = await challenge({
      async cancelSession() {
        const update = await signIn.handle.startUpdate(submitAnswerUpdate, {
          args: [answer('late')],
          waitForStage: 'ACCEPTED',
        });
        late.push(update.result());
        return { state: 'cancelled' };
      },
    });
    await signIn.handle.cancel();
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
    expect(await Promise.all(late)).toEqual([{ kind: 'ended' }]);
    expect(signIn.asked('verifyTotp')).toEqual([]);
  });

  it('is decided first when it is cancelled half-way through the decision, and ended then', async () => {
    const expiresAt = (await stage.now()) + 300_000;
    const signIn: StagedSignIn = stage.signIn({
      async assessRisk() {
        await signIn.handle.cancel();
        return { assessment: ASSESSMENT, facts: FACTS };
      },
      recordDecision: () => Promise.resolve(challengedUntil(expiresAt)),
      cancelSession: () => Promise.resolve({ state: 'cancelled' }),
    });
    expect(await signIn.decide()).toEqual(challengedUntil(expiresAt));
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
    expect(signIn.order()).toEqual(['lookUpPolicy', 'assessRisk', 'recordDecision', 'cancelSession']);
  });

  it('is recorded as abandoned all the same when nothing could be decided', async () => {
    const signIn: StagedSignIn = stage.signIn({
      async recordDecision() {
        await signIn.handle.cancel();
        return { kind: 'abandoned' };
      },
    });
    expect(await signIn.decide()).toEqual({ kind: 'abandoned' });
    expect(await signIn.handle.result()).toEqual({ outcome: 'abandoned' });
    expect(signIn.asked('recordAbandoned')).toEqual([{ input: signIn.input }]);
  });
});

it('cancelled before a worker took it up, is decided all the same and ended then', async () => {
  const stage = await openStage({ heldBack: true });
  try {
    const expiresAt = (await stage.now()) + 300_000;
    const signIn = stage.signIn({
      recordDecision: () => Promise.resolve(challengedUntil(expiresAt)),
      cancelSession: () => Promise.resolve({ state: 'cancelled' }),
    });
    await signIn.start();
    await signIn.handle.cancel();
    await stage.admitWorkers();
    expect(await signIn.handle.result()).toEqual({ outcome: 'cancelled' });
    expect(signIn.order()).toEqual(['lookUpPolicy', 'assessRisk', 'recordDecision', 'cancelSession']);
    expect(signIn.asked('recordDecision')).toMatchObject([{ policy: POLICY, assessment: ASSESSMENT }]);
  } finally {
    await stage.teardown();
  }
});
