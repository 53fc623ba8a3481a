/** Limits: per client, per user, per address of guessers; the same with Redis and without. */
import type { HttpAnswer } from '../support/http-client';
import { startStack, type Stack } from '../support/stack';
import { persistently } from './support/patience';

/** A port that nobody listens on. */
const NO_REDIS = { REDIS_URL: 'redis://127.0.0.1:1' };

let product: Stack;
beforeAll(async () => {
  product = await startStack();
});
afterAll(() => product.stop());

/** An API instance with limits of its own, beside the worker of the file. */
async function withStack<T>(env: Record<string, string>, work: (stack: Stack) => Promise<T>): Promise<T> {
  // The counters of an address are shared by the tests of this worker: each starts with none.
  await persistently(() => product.deps.redis.flushdb());
  const stack = await startStack({ env, beside: product });
  try {
    return await work(stack);
  } finally {
    await stack.stop();
  }
}

const times = (count: number, call: () => Promise<HttpAnswer>) =>
  Promise.all(Array.from({ length: count }, call));

function expectLimited(answers: readonly HttpAnswer[], atMost: number): void {
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.length - refused.length).toBeLessThanOrEqual(atMost);
  expect(refused.length).toBeLessThan(answers.length);
  for (const answer of refused) {
    expect(answer.body['code']).toBe('rate_limited');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  }
}

const check = (stack: Stack) =>
  stack.call('POST', '/api/v1/auth/mfa/status/check', {
    as: 'demo-shop',
    body: { userId: stack.demoUserId, ip: '192.0.2.1', userAgent: 'x', fingerprint: 'f' },
  });
async function signIns({ database }: Stack): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(`select count(*)::int as n from sign_ins`);
  return rows[0]?.n ?? 0;
}
const guess = (stack: Stack, n: number, headers: Record<string, string> = {}) =>
  stack.call('POST', '/api/v1/auth/mfa/verify', {
    headers,
    body: { mfaSessionId: `guess-${n}`, method: 'totp', code: '000000' },
  });

describe.each([
  ['with Redis', {}],
  ['without Redis', NO_REDIS],
])('%s', (_name, redis) => {
  it('a client over its requests per second is 429; other clients are not', async () => {
    await withStack({ ...redis, CLIENT_REQUESTS_PER_SECOND: '5' }, async (stack) => {
      const answers = await times(40, () => stack.call('GET', '/api/v1/users?limit=1', { as: 'operator' }));
      // Two windows of a second may be touched.
      expectLimited(answers, 10);
      expect((await stack.call('GET', '/api/v1/users', { as: 'demo-shop' })).status).toBe(403);
    });
  });

  it('a user over her sign-ins per minute is 429; no sign-in begins', async () => {
    await withStack({ ...redis, USER_SIGN_INS_PER_MINUTE: '3' }, async (stack) => {
      const before = await signIns(stack);
      const answers: HttpAnswer[] = [];
      for (let n = 0; n < 8; n += 1) answers.push(await check(stack));
      // Six where a busy Redis made the instance count for itself.
      expectLimited(answers, 6);
      const admitted = answers.filter(({ status }) => status !== 429).length;
      expect((await signIns(stack)) - before).toBeLessThanOrEqual(admitted);
    });
  });

  it('an address that guesses session ids is 429, whatever X-Forwarded-For says', async () => {
    await withStack({ ...redis, IP_PUBLIC_REQUESTS_PER_SECOND: '4' }, async (stack) => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) => guess(stack, n, { 'x-forwarded-for': `198.51.100.${n}` })),
      );
      expectLimited(answers, 8);
    });
  });

  it('an address behind a trusted proxy has a limit of its own', async () => {
    const env = { ...redis, IP_PUBLIC_REQUESTS_PER_SECOND: '1', TRUSTED_PROXIES: '127.0.0.1' };
    await withStack(env, async (stack) => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => guess(stack, n, { 'x-forwarded-for': `198.51.100.${n}` })),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    });
  });

  it('an address that guesses client secrets is 429 in the form of OAuth', async () => {
    await withStack({ ...redis, IP_PUBLIC_REQUESTS_PER_SECOND: '4' }, async (stack) => {
      const answers = await times(40, () =>
        stack.call('POST', '/api/v1/oauth/token', {
          raw: 'grant_type=client_credentials&client_id=operator&client_secret=wrong',
          contentType: 'application/x-www-form-urlencoded',
        }),
      );
      const refused = answers.filter(({ status }) => status === 429);
      // A busy machine may take until the third second.
      expect(refused.length).toBeGreaterThanOrEqual(28);
      expect(refused[0]?.body['error']).toBe('temporarily_unavailable');
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
    });
  });
});
