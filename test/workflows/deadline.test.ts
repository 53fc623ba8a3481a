import { challengedUntil, StoreIsDown } from './support/fake-activities';
import { openStage, type SignInHandle, type Stage } from './support/stage';

const EXPIRED = { kind: 'ended', state: 'expired' } as const;

describe('the deadline of a challenge', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  it('ends an unanswered challenge after 300 s, not before', async () => {
    const expiresAt = (await stage.now()) + 300_000;
    const settledAt: number[] = [];
    const signIn = stage.signIn({
      recordDecision: () => Promise.resolve(challengedUntil(expiresAt)),
      async settleSession() {
        settledAt.push(await stage.now());
        return EXPIRED;
      },
    });
    await signIn.decide();
    await stage.pass('290s');
    expect(signIn.asked('settleSession')).toEqual([]);
    expect(await signIn.handle.result()).toEqual({ outcome: 'expired' });
    expect(signIn.asked('settleSession')).toEqual([{ sessionIdHash: signIn.input.sessionIdHash }]);
    expect(settledAt[0]).toBeGreaterThanOrEqual(expiresAt);
    expect(settledAt[0]).toBeLessThan(expiresAt + 5_000);
  });

  it('is the stored one: a session with 20 s left is looked at after 20 s', async () => {
    const signIn = stage.signIn({
      recordDecision: async () => challengedUntil((await stage.now()) + 20_000),
      settleSession: () => Promise.resolve(EXPIRED),
    });
    await signIn.decide();
    await signIn.handle.result();
    const [timer] = await timersOf(signIn.handle);
    // The workflow's clock stands still while activities run, so a little more or less is right.
    expect(timer).toBeGreaterThan(15_000);
    expect(timer).toBeLessThan(25_000);
  });

  it('rules over the timer: one that fired early is armed again with the time that the store says is left', async () => {
    const standings = [
      { kind: 'pending', remainingMs: 7_000 } as const,
      { kind: 'pending', remainingMs: 1 } as const,
      EXPIRED,
    ];
    const signIn = stage.signIn({
      recordDecision: async () => challengedUntil((await stage.now()) + 300_000),
      settleSession: () => Promise.resolve(standings.shift() ?? EXPIRED),
    });
    await signIn.decide();
    expect(await signIn.handle.result()).toEqual({ outcome: 'expired' });
    expect(signIn.asked('settleSession')).toHaveLength(3);
    expect((await timersOf(signIn.handle)).slice(1)).toEqual([7_000, 1]);
  });

  it('that passed before the workflow came to wait is looked at right away', async () => {
    const signIn = stage.signIn({
      recordDecision: async () => challengedUntil((await stage.now()) - 60_000),
      settleSession: () => Promise.resolve(EXPIRED),
    });
    await signIn.decide();
    expect(await signIn.handle.result()).toEqual({ outcome: 'expired' });
    expect(await timersOf(signIn.handle)).toEqual([1]);
  });

  it('is not lost in an outage: the store is asked until it answers', async () => {
    let failures = 20;
    const signIn = stage.signIn({
      recordDecision: async () => challengedUntil((await stage.now()) + 300_000),
      settleSession: () => (failures-- > 0 ? Promise.reject(new StoreIsDown()) : Promise.resolve(EXPIRED)),
    });
    await signIn.decide();
    expect(await signIn.handle.result()).toEqual({ outcome: 'expired' });
    expect(signIn.asked('settleSession')).toHaveLength(21);
  });

  it('says how the session really ended when another racer was first', async () => {
    const signIn = stage.signIn({
      recordDecision: async () => challengedUntil((await stage.now()) + 300_000),
      settleSession: () => Promise.resolve({ kind: 'ended', state: 'superseded' }),
    });
    await signIn.decide();
    expect(await signIn.handle.result()).toEqual({ outcome: 'superseded' });
  });
});

/** The durations of the timers that the workflow started, in ms. */
async function timersOf(handle: SignInHandle): Promise<number[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) => {
    const { seconds, nanos } = timer?.startToFireTimeout ?? {};
    return timer ? [Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1_000_000] : [];
  });
}
