/** What a run brought up is taken down at its end, the last first; also when the run fails or is interrupted. */

const open = new Set();
let interruption;

async function undoAll(steps) {
  for (let step = steps.pop(); step; step = steps.pop()) await step();
}

/**
 * Runs `work` with a function that takes steps for the end.
 * @template T
 * @param {(atEnd: (step: () => unknown) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withUndo(work) {
  const steps = [];
  open.add(steps);
  try {
    return await work((step) => steps.push(step));
  } finally {
    // What an interruption takes down makes the work fail, which must not end the process before it is through.
    await interruption;
    await undoAll(steps);
    open.delete(steps);
  }
}

async function interrupted() {
  for (const steps of [...open].reverse()) await undoAll(steps);
  process.exit(130);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (interruption = interrupted()));
