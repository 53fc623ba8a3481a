/**
 * What went wrong, in words, from whatever was thrown: errors of fetch and fs are not always `instanceof Error`.
 */

/** Causes may point back at each other. */
const MAX_CAUSES = 5;

/** The message and those of its causes, outermost first; 'unknown error' when there is none. */
export function errorMessage(error: unknown): string {
  const messages: string[] = [];
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && isObject(current); depth += 1, current = current.cause) {
    if (typeof current.message === 'string' && current.message !== '') messages.push(current.message);
  }
  return messages.length === 0 ? 'unknown error' : messages.join(': ');
}

/** Whether the error is the one that AbortSignal.timeout() raises. */
export function isTimeout(error: unknown): boolean {
  return isObject(error) && error.name === 'TimeoutError';
}

function isObject(value: unknown): value is { message?: unknown; cause?: unknown; name?: unknown } {
  return typeof value === 'object' && value !== null;
}
