/**
 * Waiting until something answers. Owns: polling with a deadline, and giving up early when the process that
 * should answer keeps ending.
 */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Polls `probe` until it returns something truthy.
 * @param {() => Promise<T>} probe throwing counts as "not yet"
 * @param {{what: string, withinMs: number, everyMs?: number, giveUp?: () => string | null}} limits
 *   `giveUp` returns why waiting is pointless, or null
 * @returns {Promise<T>}
 * @template T
 */
export async function waitUntil(probe, { what, withinMs, everyMs = 25, giveUp = () => null }) {
  const deadline = Date.now() + withinMs;
  let last = '';
  for (;;) {
    try {
      const result = await probe();
      if (result) return result;
    } catch (error) {
      last = error.message;
    }
    const reason = giveUp();
    if (reason) throw new Error(`${what}: ${reason}`);
    if (Date.now() > deadline)
      throw new Error(`${what} was not ready after ${withinMs} ms${last && ` (${last})`}`);
    await pause(everyMs);
  }
}

/** True when something accepts a TCP connection there. */
export function acceptsConnections(host, port, withinMs = 3000) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(withinMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** True when a GET answers 200. */
export async function answersOk(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.status === 200;
}
