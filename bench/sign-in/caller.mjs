/** A client of the API that fails loudly: a refused request must not be counted as a fast one. */

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
    const response = await fetch(api + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': isStream ? 'application/x-ndjson' : 'application/json' }),
        ...(as && { authorization: callers[as] }),
        ...headers,
      },
      body: isStream ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    const lines = isStream ? text.trim().split('\n') : [text];
    const parsed = lines.map((line) => JSON.parse(line));
    return isStream ? parsed : parsed[0];
  };
}
