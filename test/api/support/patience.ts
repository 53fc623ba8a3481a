/** Tries again at once or after a moment, up to a deadline: what a busy machine does to a good answer is no finding. */

const PAUSE_MS = 50;
const DEADLINE_MS = 20_000;

/** Repeats `work` until its value is `isDone` or the deadline has passed; returns the last value. */
export async function until<T>(work: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const value = await work();
    if (isDone(value) || Date.now() > deadline) return value;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Repeats `work` while it throws: a Redis command of ours gives up after 50 ms. */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  const tried = await until(
    () =>
      work().then(
        (value) => ({ ok: true, value }) as const,
        (error: unknown) => ({ ok: false, error }) as const,
      ),
    ({ ok }) => ok,
  );
  if (tried.ok) return tried.value;
  throw tried.error;
}
