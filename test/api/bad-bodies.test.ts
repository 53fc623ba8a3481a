/** Whatever comes as a body: a problem answer of the 4xx class that repeats nothing, never a 5xx. */
import type { HttpAnswer } from '../support/http-client';
import { useProduct } from './support/product';
import { CANARY, goodRequests } from './support/requests';

const product = useProduct({ signsIn: false });
/** Only paths and shapes are read outside of tests, so any user id will do. */
const NAMES = goodRequests('usr_AAAAAAAAAAAAAAAAAAAAAA').map(
  ({ method, path }) => `${method} ${path.split('?')[0]}`,
);
const goodRequest = (name: string) => {
  const found = goodRequests(product.stack.demoUserId).find(
    ({ method, path }) => `${method} ${path.split('?')[0]}` === name,
  );
  if (!found) throw new Error(`no such request: ${name}`);
  return found;
};

function send(name: string, raw: string | Buffer, contentType = 'application/json'): Promise<HttpAnswer> {
  const { method, path, as } = goodRequest(name);
  return product.stack.call(method, path, { as, raw, contentType });
}

function expectProblem(answer: HttpAnswer, statuses: readonly number[], what: unknown): void {
  expect([what, answer.status]).toEqual([what, statuses.includes(answer.status) ? answer.status : statuses]);
  expect([what, answer.headers.get('content-type')]).toEqual([
    what,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  expect(answer.body).toMatchObject({
    status: answer.status,
    code: expect.any(String),
    requestId: expect.any(String),
  });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect([what, answer.text.includes(CANARY)]).toEqual([what, false]);
}

const NOT_OBJECTS = [
  '',
  ' ',
  'not json',
  CANARY,
  '{',
  '{"a":1',
  `{"${CANARY}":`,
  '[]',
  '[{}]',
  'null',
  'true',
  '42',
  `"${CANARY}"`,
  '{}}',
  '\u0000',
  "{'a':1}",
  '{"a":1,}',
  'NaN',
  '\ufeff{}',
];

describe.each(NAMES)('%s', (name) => {
  it('refuses what is not a JSON object', async () => {
    for (const raw of NOT_OBJECTS) expectProblem(await send(name, raw), [400], raw);
    expectProblem(await send(name, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), [400], 'bytes that are not UTF-8');
  });

  it('refuses text that is not UTF-8', async () => {
    const [before, after] = JSON.stringify({ ...goodRequest(name).body, note: '|' }).split('|');
    const raw = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xff]), Buffer.from(after ?? '')]);
    const answer = await send(name, raw);
    expectProblem(answer, [400], 'a byte of no UTF-8 text');
    expect(answer.body['code']).toBe('invalid_json');
  });

  it('refuses deep nesting, as a whole and inside a property', async () => {
    for (const depth of [100, 5_000, 30_000]) {
      const nested = '['.repeat(depth) + ']'.repeat(depth);
      expectProblem(await send(name, nested), [400], `${depth} lists`);
      expectProblem(await send(name, `{"login":${nested}}`), [400, 413], `${depth} lists in a property`);
      const objects = '{"a":'.repeat(depth / 5) + '1' + '}'.repeat(depth / 5);
      expectProblem(await send(name, objects), [400], `${depth / 5} objects`);
    }
  });

  it('refuses keys that reach for prototypes', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const { body } = goodRequest(name);
      const spoilt = JSON.stringify(body).replace('{', `{"${key}":{"prototype":{"polluted":true}},`);
      expectProblem(await send(name, spoilt), [400], key);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses more than 64 KiB, with and without a length', async () => {
    const long = JSON.stringify({ ...goodRequest(name).body, login: 'x'.repeat(66_000) });
    expectProblem(await send(name, long), [413], '66,000 characters');
  });

  it('refuses other content types', async () => {
    const { body } = goodRequest(name);
    const form = Object.keys(body)
      .map((key) => `${key}=${CANARY}`)
      .join('&');
    for (const [contentType, raw] of [
      ['text/plain', JSON.stringify(body)],
      ['application/xml', '<a/>'],
      ['application/x-www-form-urlencoded', form],
      ['multipart/form-data; boundary=x', '--x--'],
      ['application/x-ndjson', JSON.stringify(body)],
      ['application/octet-stream', 'x'],
      ['garbage', 'x'],
    ] as const) {
      expectProblem(await send(name, raw, contentType), [415], contentType);
    }
  });

  it('refuses wrong types, unknown and missing properties, unstorable and endless text', async () => {
    const { body } = goodRequest(name);
    const wrongValues = [
      null,
      17,
      -1,
      1e308,
      true,
      'x'.repeat(5_000),
      [CANARY, 1],
      { [CANARY]: 1 },
      'a\0b',
      'a\ud800',
    ];
    const spoilt: [string, object][] = [['unknown property', { ...body, [CANARY]: CANARY }]];
    for (const property of Object.keys(body)) {
      for (const value of wrongValues) {
        if (isFine(property, value)) continue;
        spoilt.push([`${property} = ${JSON.stringify(value).slice(0, 40)}`, { ...body, [property]: value }]);
      }
    }
    for (const [what, changed] of spoilt) {
      expectProblem(await send(name, JSON.stringify(changed)), [400], what);
    }
  });

  it('refuses the lack of any required property', async () => {
    const { body } = goodRequest(name);
    const required = [
      'userId',
      'ip',
      'userAgent',
      'fingerprint',
      'mfaSessionId',
      'method',
      'code',
      'outcome',
    ];
    for (const property of Object.keys(body).filter((key) => required.includes(key))) {
      // JSON has no undefined: the property is left out.
      expectProblem(await send(name, JSON.stringify({ ...body, [property]: undefined })), [400], property);
    }
    expectProblem(await send(name, '{}'), [400], 'nothing at all');
  });
});

/** The few values of the list above that a property may have. */
function isFine(property: string, value: unknown): boolean {
  if (property === 'trustDevice' || property === 'additional') return value === true;
  return property === 'attributes' && typeof value === 'object' && value !== null && !Array.isArray(value);
}
