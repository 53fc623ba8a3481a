/**
 * Admission: how many workflow calls may be under way at once. Beyond that requests wait their turn for a while and
 * are then refused at once, so that under overload some are answered in time instead of all too late.
 */
export interface Admission {
  /** Runs `work` when there is room; it hears how long it waited (ms). Throws `NotAdmittedError` when there was none in time. */
  run<T>(work: (waitedMs: number) => Promise<T>): Promise<T>;
}

/** Too many calls are under way; nothing was started. */
export class NotAdmittedError extends Error {
  constructor() {
    super('no room in time');
    this.name = 'NotAdmittedError';
  }
}

interface Waiting {
  readonly enter: () => void;
  readonly timer: NodeJS.Timeout;
}

/** @param limits `inFlight` calls at once; each request waits at most `waitMs` */
export function createAdmission(limits: { inFlight: number; waitMs: number }): Admission {
  const queue = new Set<Waiting>();
  let inFlight = 0;

  function turn(): Promise<void> {
    if (inFlight < limits.inFlight) {
      inFlight += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const refuse = () => {
        queue.delete(waiting);
        reject(new NotAdmittedError());
      };
      const timer = setTimeout(refuse, limits.waitMs);
      const waiting: Waiting = { enter: resolve, timer };
      queue.add(waiting);
    });
  }

  /** Hands the room to whoever has waited longest. */
  function leave(): void {
    const [next] = queue;
    if (!next) {
      inFlight -= 1;
      return;
    }
    queue.delete(next);
    clearTimeout(next.timer);
    next.enter();
  }

  return {
    async run(work) {
      const from = performance.now();
      await turn();
      try {
        return await work(performance.now() - from);
      } finally {
        leave();
      }
    },
  };
}
