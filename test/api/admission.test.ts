import { createAdmission, NotAdmittedError } from '../../api/admission';

/** Nobody is refused for others who are slow. */
const PATIENT = { waitMs: 10_000, standingWaitMs: 10_000, aimMs: 500 };

/** Work that ends when told to. */
function task() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  return { work: () => done, finish };
}

describe('admission', () => {
  it('never runs more at once than there is room for, and lets the longest waiting go first', async () => {
    const admission = createAdmission({ ...PATIENT, inFlight: 2 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const tasks = Array.from({ length: 6 }, task);
    const all = tasks.map(({ work }, index) =>
      admission.run(async () => {
        order.push(index);
        most = Math.max(most, (running += 1));
        await work();
        running -= 1;
      }),
    );
    for (const [index, { finish }] of tasks.entries()) {
      finish();
      await all[index];
    }
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('refuses who waited too long without having started anything, and has the room again afterwards', async () => {
    const admission = createAdmission({ ...PATIENT, inFlight: 1, waitMs: 5, aimMs: 5 });
    const first = task();
    const running = admission.run(first.work);
    const refused = jest.fn();
    await expect(admission.run(() => Promise.resolve(refused()))).rejects.toBeInstanceOf(NotAdmittedError);
    expect(refused).not.toHaveBeenCalled();
    first.finish();
    await running;
    await expect(admission.run(() => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('gives the room back when the work fails, and tells how long it took to get it', async () => {
    const admission = createAdmission({ ...PATIENT, inFlight: 1 });
    await expect(admission.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    const waited = await admission.run((waitedMs) => Promise.resolve(waitedMs));
    expect(waited).toBeGreaterThanOrEqual(0);
  });

  it('refuses at once who would not get room in time, and has room again when those before are through', async () => {
    // A call is taken to last 2 ms before anything is known: two can wait 4 ms, a third one cannot.
    const admission = createAdmission({ inFlight: 1, waitMs: 4, standingWaitMs: 4, aimMs: 10 });
    const first = task();
    const running = admission.run(first.work);
    const waiting = [1, 2].map(() => admission.run(() => Promise.resolve()).catch(() => undefined));
    expect(admission.hasRoom()).toBe(false);
    await expect(admission.run(() => Promise.resolve())).rejects.toBeInstanceOf(NotAdmittedError);
    first.finish();
    await running;
    await Promise.all(waiting);
    expect(admission.hasRoom()).toBe(true);
  });

  it('lets fewer in at once while calls take too long, and more again while they are quick', async () => {
    const admission = createAdmission({ ...PATIENT, inFlight: 8, aimMs: 20 });
    const slow = () => Array.from({ length: 8 }, task);
    const most = async (tasks: ReturnType<typeof task>[]) => {
      let running = 0;
      const calls = tasks.map(({ work }) =>
        admission.run(() => {
          running += 1;
          return work();
        }),
      );
      await Promise.resolve();
      const atOnce = running;
      tasks.forEach(({ finish }) => finish());
      await Promise.all(calls);
      return atOnce;
    };
    expect(await most(slow())).toBe(8);
    jest.spyOn(performance, 'now').mockImplementation(slowClock(30));
    try {
      for (let round = 0; round < 10; round += 1) await most(slow());
      expect(await most(slow())).toBe(4);
    } finally {
      jest.restoreAllMocks();
    }
    jest.spyOn(performance, 'now').mockReturnValue(1_000_000);
    try {
      for (let round = 0; round < 40; round += 1) await most(slow());
      expect(await most(slow())).toBe(8);
    } finally {
      jest.restoreAllMocks();
    }
  });
});

/** Each look at the clock is so many milliseconds later. */
function slowClock(ms: number): () => number {
  let now = 0;
  return () => (now += ms);
}
