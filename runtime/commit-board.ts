/**
 * What has been committed in this very process, for requests that wait in it. A waiting request can be answered the
 * moment the transaction has committed, while the workflow is still being told. Carries nothing between processes and
 * keeps nothing: whoever does not wait here reads the store or asks the workflow.
 */
export interface CommitBoard<Answer> {
  /** Says what was committed under a key. Call it after the commit, never before. */
  announce(key: string, answer: Answer): void;
  /** Waits for a key; `forget` when nobody waits any more. */
  expect(key: string): Expectation<Answer>;
}

export interface Expectation<Answer> {
  /** Stays pending when nothing is announced. */
  readonly answer: Promise<Answer>;
  forget(): void;
}

/** Makes a board. Several may wait for one key; each hears the first announcement after it began to wait. */
export function createCommitBoard<Answer>(): CommitBoard<Answer> {
  const waiting = new Map<string, Set<(answer: Answer) => void>>();
  return {
    announce(key, answer) {
      const listeners = waiting.get(key);
      if (!listeners) return;
      waiting.delete(key);
      for (const listener of listeners) listener(answer);
    },
    expect(key) {
      const listeners = waiting.get(key) ?? new Set();
      waiting.set(key, listeners);
      let listener: (answer: Answer) => void = () => undefined;
      const answer = new Promise<Answer>((resolve) => (listener = resolve));
      listeners.add(listener);
      return {
        answer,
        forget() {
          listeners.delete(listener);
          if (listeners.size === 0 && waiting.get(key) === listeners) waiting.delete(key);
        },
      };
    },
  };
}
