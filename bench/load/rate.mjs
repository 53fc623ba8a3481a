/** Load at a fixed rate: a request is sent when it is due, whatever became of those before it (an open loop). */
import { Agent, request } from 'node:http';

const TICK_MS = 5;
const GIVEN_UP_AFTER_MS = 15_000;

/**
 * Posts JSON without a wait for free connections.
 * @returns {{post(path: string, body: unknown, headers?: object): Promise<{status: number, retryAfter?: string}>,
 *   close(): void}} `status` 0: no answer
 */
export function createPoster(api) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const post = (path, body, headers) =>
    new Promise((resolve) => {
      const text = JSON.stringify(body);
      const length = Buffer.byteLength(text);
      const sent = request(
        api + path,
        {
          method: 'POST',
          agent,
          timeout: GIVEN_UP_AFTER_MS,
          headers: { 'content-type': 'application/json', 'content-length': length, ...headers },
        },
        (answer) => {
          const { statusCode: status, headers: found } = answer;
          const end = () => resolve({ status, retryAfter: found['retry-after'] });
          answer
            .resume()
            .once('end', end)
            .once('error', () => resolve({ status: 0 }));
        },
      );
      sent.once('timeout', () => sent.destroy()).once('error', () => resolve({ status: 0 }));
      sent.end(text);
    });
  return { post, close: () => agent.destroy() };
}

/**
 * Sends for so many seconds and waits for every answer.
 * @param {(index: number) => Promise<{status: number, retryAfter?: string}>} send
 * @returns {Promise<{dueMs: number, ms: number, status: number, retryAfter?: string}[]>} `ms` since a request was due,
 *   not since a busy generator came to send it
 */
export async function atRate(send, { perSecond, seconds }) {
  const total = Math.round(perSecond * seconds);
  const begun = performance.now();
  const answers = [];
  while (answers.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1);
    while (answers.length < due) {
      const dueMs = (answers.length / perSecond) * 1_000;
      const answered = ({ status, retryAfter }) => ({
        ...{ dueMs, ms: performance.now() - begun - dueMs, status },
        ...(retryAfter !== undefined && { retryAfter }),
      });
      answers.push(send(answers.length).then(answered));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  return Promise.all(answers);
}
