import { runAtOnce, runInSlices } from '../../network/slices';

/** Steps that each take half a millisecond. */
function* steps(count: number, done: () => void): Generator<void, void> {
  for (let step = 0; step < count; step += 1) {
    const end = performance.now() + 0.5;
    while (performance.now() < end);
    yield;
  }
  done();
}

test('work in slices lets everything else go on in between', async () => {
  let isDone = false;
  let turns = 0;
  const work = runInSlices(steps(200, () => (isDone = true)));
  while (!isDone) {
    turns += 1;
    await new Promise(setImmediate);
  }
  await work;
  expect(turns).toBeGreaterThan(10);
});

test('work at once is over when it returns', () => {
  const done = jest.fn();
  runAtOnce(steps(3, done));
  expect(done).toHaveBeenCalledTimes(1);
});

test('what a step throws is thrown', async () => {
  function* failing(): Generator<void, void> {
    yield;
    throw new Error('damaged');
  }
  await expect(runInSlices(failing())).rejects.toThrow('damaged');
  expect(() => runAtOnce(failing())).toThrow('damaged');
});
