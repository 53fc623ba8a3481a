/**
 * Calls that go on after their request was answered at the commit. Whoever closes the connection waits for them: a call
 * that is tried again on a closed connection ends the process.
 */
export interface UnfinishedCalls {
  /** Keeps hold of a call until it has ended; its outcome stays the caller's. */
  keep<T>(call: Promise<T>): Promise<T>;
  /** Resolves when none is under way; each has a deadline of its own. */
  ended(): Promise<void>;
}

export function createUnfinishedCalls(): UnfinishedCalls {
  const open = new Set<Promise<unknown>>();
  return {
    keep(call) {
      const ended = call.then(
        () => undefined,
        () => undefined,
      );
      open.add(ended);
      void ended.then(() => open.delete(ended));
      return call;
    },
    async ended() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
