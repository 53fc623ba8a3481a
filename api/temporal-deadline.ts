/** Deadlines of calls to Temporal. */
import type { Client } from '@temporalio/client';

/** Makes a call that throws when it has no answer in time. */
export function withDeadline<T>(client: Client, ms: number, call: () => Promise<T>): Promise<T> {
  return within(ms, client.withDeadline(Date.now() + ms, call));
}

/** The connection's own retries (server overloaded) back off without a look at the call's deadline. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
