/** What a run brought up is taken down at its end, the last first; also when the run fails or is interrupted. */

const open = new Set();

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
    await undoAll(steps);
    open.delete(steps);
  }
}

async function interrupted() {
  for (const steps of [...open].reverse()) await undoAll(steps);
  process.exit(130);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void interrupted());
