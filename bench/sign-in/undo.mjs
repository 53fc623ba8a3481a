/** What a run brings up is taken down at its end, the last first; also when the run fails or is interrupted. */

const open = new Set();
let interruption;

/** Also what is still coming up: it is waited for, since only then it can be stopped in order. */
async function stopAll(started) {
  for (let one = started.pop(); one; one = started.pop()) {
    const thing = await one.catch(() => undefined);
    await thing?.stop();
  }
}

/**
 * Runs `work` with a function that brings up a thing with a `stop`, which is called at the end.
 * @template T
 * @param {(bringUp: <Thing extends {stop(): unknown}>(start: () => Promise<Thing>) => Promise<Thing>) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withUndo(work) {
  const started = [];
  open.add(started);
  const bringUp = (start) => {
    if (interruption) throw new Error('interrupted');
    const starting = start();
    started.push(starting);
    return starting;
  };
  try {
    return await work(bringUp);
  } finally {
    // What an interruption takes down makes the work fail, which must not end the process before it is through.
    await interruption;
    await stopAll(started);
    open.delete(started);
  }
}

async function interrupted() {
  for (const started of [...open].reverse()) await stopAll(started);
  process.exit(130);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (interruption = interrupted()));
