import { createAdmission, NotAdmittedError } from '../../api/admission';

/** Work that ends when told to. */
function task() {
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  return { work: () => done, finish };
}

describe('admission', () => {
  it('never runs more at once than there is room for, and lets the longest waiting go first', async () => {
    const admission = createAdmission({ inFlight: 2, waitMs: 10_000 });
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
    const admission = createAdmission({ inFlight: 1, waitMs: 5 });
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
    const admission = createAdmission({ inFlight: 1, waitMs: 10_000 });
    await expect(admission.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    const waited = await admission.run((waitedMs) => Promise.resolve(waitedMs));
    expect(waited).toBeGreaterThanOrEqual(0);
  });
});
