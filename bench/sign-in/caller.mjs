/**
 * A client of the API that fails loudly: a refused request must not be counted as a fast one. One for which there was
 * no room (503) is sent again, as clients do, and its time goes on.
 */
import { setTimeout as pause } from 'node:timers/promises';

const TRIES = 20;
const AGAIN_AFTER_MS = 100;

const basic = ({ clientId, clientSecret }) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

/**
 * @param {{api: string, demo: object, operator: object}} instance
 * @returns {(path: string, body?: unknown, how?: {as?: 'demo' | 'operator', headers?: object, method?: string})
 *   => Promise<any>} resolves to the JSON of the answer; a body that is a text is sent as NDJSON and answered in it
 */
export function createCaller({ api, demo, operator }) {
  const callers = { demo: basic(demo), operator: basic(operator) };
  return async function call(path, body, { as, headers, method = 'POST' } = {}) {
    const isStream = typeof body === 'string';
    const request = {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': isStream ? 'application/x-ndjson' : 'application/json' }),
        ...(as && { authorization: callers[as] }),
        ...headers,
      },
      body: isStream ? body : JSON.stringify(body),
    };
    let response = await fetch(api + path, request);
    for (let tries = 1; response.status === 503 && tries < TRIES; tries += 1) {
      await response.arrayBuffer();
      await pause(AGAIN_AFTER_MS);
      response = await fetch(api + path, request);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    const lines = isStream ? text.trim().split('\n') : [text];
    const parsed = lines.map((line) => JSON.parse(line));
    return isStream ? parsed : parsed[0];
  };
}
