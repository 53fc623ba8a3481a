/**
 * Admission: how many workflow calls may be under way at once. Beyond that requests wait their turn for a while; one
 * that would not get it in time is refused at once, so that under overload some are answered in time instead of all too
 * late. How many may be under way follows from how long they take: where more of them only take longer, fewer go in.
 */
export interface Admission {
  /** Runs `work` when there is room; it hears how long it waited (ms). Throws `NotAdmittedError` when there is none in time. */
  run<T>(work: (waitedMs: number) => Promise<T>): Promise<T>;
  /** Whether a call that came now would be let in, or could wait. */
  hasRoom(): boolean;
}

/** Too many calls are under way; nothing was started. */
export class NotAdmittedError extends Error {
  constructor() {
    super('no room in time');
    this.name = 'NotAdmittedError';
  }
}

export interface AdmissionLimits {
  /** Calls under way at most. */
  readonly inFlight: number;
  /** How long one may wait. */
  readonly waitMs: number;
  /** How long one may wait once others have been waiting for `waitMs` without a break: more come than can be served. */
  readonly standingWaitMs: number;
  /** How long a call should take: when calls take longer, fewer are let in at once. */
  readonly aimMs: number;
}

/** Makes one. A burst may wait; a queue that stands makes everybody late and serves nobody more, so it is kept short. */
export function createAdmission(limits: AdmissionLimits): Admission {
  const queue = createQueue();
  const pace = createPace(limits);
  let inFlight = 0;

  const isFree = () => inFlight < pace.atOnce();
  const stands = () => queue.heldForMs() > limits.waitMs;
  const longestMs = () => (stands() ? limits.standingWaitMs : limits.waitMs);
  // As many as are under way may always wait: one round.
  const canWait = () => queue.length() < pace.atOnce() || pace.waitMs(queue.length()) <= longestMs();

  async function turn(): Promise<void> {
    if (!isFree()) {
      if (!canWait()) throw new NotAdmittedError();
      // Whoever ends the wait has counted the call.
      return queue.wait(limits.waitMs);
    }
    inFlight += 1;
  }

  /** Hands the room to those who have waited longest. */
  function leave(): void {
    inFlight -= 1;
    while (isFree() && queue.enterFirst()) inFlight += 1;
  }

  return {
    hasRoom: () => isFree() || canWait(),
    async run(work) {
      const from = performance.now();
      await turn();
      const entered = performance.now();
      const wasFull = !isFree();
      try {
        return await work(entered - from);
      } finally {
        pace.took(performance.now() - entered, wasFull);
        leave();
      }
    },
  };
}

/** Those who wait for their turn. */
function createQueue() {
  const waiting = new Set<{ readonly enter: () => void; readonly timer: NodeJS.Timeout }>();
  let emptyAt = performance.now();
  return {
    length: () => waiting.size,
    /** How long somebody has been waiting without a break. */
    heldForMs: () => (waiting.size === 0 ? 0 : performance.now() - emptyAt),
    /** Waits; throws `NotAdmittedError` after so long. */
    wait(ms: number): Promise<void> {
      if (waiting.size === 0) emptyAt = performance.now();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(one);
          reject(new NotAdmittedError());
        }, ms);
        const one = { enter: resolve, timer };
        waiting.add(one);
      });
    },
    /** Ends the wait of whoever came first; `false`: nobody waits. */
    enterFirst(): boolean {
      const [first] = waiting;
      if (!first) return false;
      waiting.delete(first);
      clearTimeout(first.timer);
      first.enter();
      return true;
    },
  };
}

/** Weight of the newest call in the mean. */
const NEWEST = 0.1;
/** What is left of the number at once when calls take too long. */
const FEWER = 0.9;
/** How long calls take, and what follows: more at once by one a round while they are quick, a tenth fewer while not. */
function createPace({ inFlight, aimMs }: AdmissionLimits) {
  // Calls that fail slowly must not leave nobody a way in.
  const fewest = Math.ceil(inFlight / 2);
  let limit = inFlight;
  // Nothing is known yet.
  let meanMs = aimMs / 5;
  let callsSinceFewer = 0;
  return {
    atOnce: () => Math.floor(limit),
    /** How long the next one would wait behind so many. */
    waitMs: (ahead: number) => ((ahead + 1) * meanMs) / Math.floor(limit),
    took(ms: number, wasFull: boolean): void {
      meanMs += (ms - meanMs) * NEWEST;
      callsSinceFewer += 1;
      if (ms <= aimMs) {
        if (wasFull) limit = Math.min(inFlight, limit + 1 / limit);
      } else if (callsSinceFewer >= limit) {
        // Once for all that were under way together.
        callsSinceFewer = 0;
        limit = Math.max(fewest, limit * FEWER);
      }
    },
  };
}
