/** SIGSTOP: the fault that no closed connection tells. */
import type { Instance, TimedAnswer } from '../../support/instance';

/** Promised: 3 s. The rest is for a shared machine, on which the test itself waits for its turn. */
const REFUSED_WITHIN_MS = 3_000 + 1_500;

/** Runs `work` while processes of the instance are stopped, and lets them go on whatever happens. */
export async function whileStopped<T>(
  instance: Instance,
  pids: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const stopped: number[] = [];
  try {
    for (const pid of pids) {
      instance.signal(pid, 'SIGSTOP');
      stopped.push(pid);
    }
    return await work();
  } finally {
    for (const pid of stopped.reverse()) instance.signal(pid, 'SIGCONT');
  }
}

/** Each was refused in time, with a hint when to come again. */
export function expectRefused(answers: readonly TimedAnswer[]): void {
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(answer.ms).toBeLessThan(REFUSED_WITHIN_MS);
  }
}
