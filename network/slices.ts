/** Long work on the event loop in slices, with the loop free in between: sign-ins must not wait for a check. */
import { setTimeout as pause } from 'node:timers/promises';

const SLICE_MS = 2;
const PAUSE_MS = 2;

/** Runs `steps` to the end; each step should take well below a millisecond. Throws what a step throws. */
export async function runInSlices(steps: Iterator<void>): Promise<void> {
  for (;;) {
    const sliceEnds = performance.now() + SLICE_MS;
    while (performance.now() < sliceEnds) if (steps.next().done === true) return;
    await pause(PAUSE_MS);
  }
}

/** Runs `steps` at once: at a start there is nobody to wait. */
export function runAtOnce(steps: Iterator<void>): void {
  while (steps.next().done !== true);
}
