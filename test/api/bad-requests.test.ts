/** Odd headers, odd queries, odd paths: never a 5xx, nothing echoed, the usual headers. */
import { connect } from 'node:net';
import { useProduct } from './support/product';
import { CANARY } from './support/requests';

const product = useProduct({ signsIn: false });

/** Sends bytes as they are and returns the status line and the rest. */
function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(product.stack.address);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('queries', () => {
  it.each([
    'limit=1e3',
    'limit=-1',
    'limit=%20',
    'limit[]=1',
    'limit=1&limit=2',
    '__proto__=1',
    'constructor=1',
    'a[b][c]=1',
    `${CANARY}=1`,
    `cursor=${CANARY}`,
    'login=%00',
    'login=%ED%A0%80',
    `login=${'x'.repeat(300)}`,
    '%',
    '=&=&=',
  ])('?%s is answered without a 5xx and without an echo', async (query) => {
    for (const path of ['users', 'applications', 'admin/audit', 'admin/decisions']) {
      const answer = await product.stack.call('GET', `/api/v1/${path}?${query}`, { as: 'operator' });
      expect([path, answer.status < 500]).toEqual([path, true]);
      expect(answer.text).not.toContain(CANARY);
    }
  });

  it.each([
    '2016-12-31T23:59:60Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T00:00:00.123456789Z',
    '2026-01-01T00:00:00+23:59',
    '-000001-01-01T00:00:00Z',
    '2026-01-01',
    '2026-01-01 00:00:00',
  ])('the time %s is answered without a 5xx', async (time) => {
    for (const path of ['admin/audit', 'admin/decisions']) {
      for (const name of ['from', 'to']) {
        const query = `${name}=${encodeURIComponent(time)}`;
        const answer = await product.stack.call('GET', `/api/v1/${path}?${query}`, { as: 'operator' });
        expect([200, 400]).toContain(answer.status);
      }
    }
  });
});

describe('paths', () => {
  it.each(['%00', '%E0%A4%A', '%', '%ED%A0%80', '..%2f..', 'x'.repeat(3_000), `usr_${CANARY}`])(
    'with %s are answered without a 5xx',
    async (segment) => {
      for (const path of ['users', 'applications', 'admin/decisions', 'auth/mfa/methods/totp']) {
        const answer = await product.stack.call('GET', `/api/v1/${path}/${segment}`, { as: 'operator' });
        expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(answer.text).not.toContain(CANARY);
      }
    },
  );
});

describe('headers', () => {
  it('no-store, nosniff and an id of our own are on every answer of the API', async () => {
    const ids = new Set<string>();
    for (const [method, path] of [
      ['GET', '/api/v1/users'],
      ['GET', '/api/v1/nothing'],
      ['POST', '/api/v1/auth/mfa/verify'],
      ['POST', '/api/v1/oauth/token'],
    ] as const) {
      const answer = await product.stack.call(method, path, { headers: { 'x-request-id': CANARY } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('x-request-id')).toMatch(/^req_[A-Za-z0-9_-]{22}$/);
      expect(answer.headers.has('server')).toBe(false);
      expect(answer.headers.has('x-powered-by')).toBe(false);
      ids.add(answer.headers.get('x-request-id') ?? '');
    }
    expect(ids.size).toBe(4);
  });

  it.each([
    ['Authorization of 20 KiB', `Authorization: Basic ${'A'.repeat(20_000)}`],
    ['300 headers', Array.from({ length: 300 }, (_, n) => `X-${n}: ${CANARY}`).join('\r\n')],
    ['a NUL', 'Idempotency-Key: a\0b'],
    ['a name with a space', 'Idempotency Key: a'],
    ['two Content-Length', 'Content-Length: 1\r\nContent-Length: 2'],
    ['Content-Length and chunked', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['a negative Content-Length', 'Content-Length: -1'],
    ['two Authorization', 'Authorization: Basic x\r\nAuthorization: Basic y'],
    ['an unknown Expect', 'Expect: something'],
  ])('with %s are answered with a 4xx', async (_name, lines) => {
    const answer = await sendRaw(
      `POST /api/v1/users HTTP/1.1\r\nHost: x\r\n${lines}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain(CANARY);
  });

  it('that are no HTTP at all end the connection with a 400', async () => {
    expect(await sendRaw('GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('X-Forwarded-For and Forwarded change nothing without a trusted proxy', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' };
    const answer = await product.stack.call('POST', '/api/v1/auth/mfa/verify', {
      headers,
      body: { mfaSessionId: 'x', method: 'totp', code: '000000' },
    });
    expect(answer.status).toBe(401);
  });
});

describe('addresses of users', () => {
  it.each([
    '999.1.1.1',
    '1.2.3',
    'example.org',
    '::g',
    '1.2.3.4:80',
    '[::1]',
    ' 1.2.3.4',
    '1.2.3.4, 5.6.7.8',
    'fe80::1%eth0',
    '0x7f.1',
  ])('%j is refused or understood, never a 5xx', async (ip) => {
    const answer = await product.stack.call('POST', '/api/v1/auth/attempts', {
      as: 'demo-shop',
      body: { login: 'x', ip, userAgent: 'x', fingerprint: 'f', outcome: 'failure' },
    });
    expect([202, 400]).toContain(answer.status);
  });

  it('in different spellings are the same address', async () => {
    const { pool } = product.stack.database;
    const spellings = ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '::ffff:192.0.2.77', '192.0.2.77'];
    for (const ip of spellings) {
      await product.stack.call('POST', '/api/v1/auth/attempts', {
        as: 'demo-shop',
        body: { login: 'spelling', ip, userAgent: 'x', fingerprint: 'f', outcome: 'failure' },
      });
    }
    const { rows } = await pool.query(
      `select count(distinct ip_key)::int as n from (select ip_key from sign_in_failures order by id desc limit 4) last`,
    );
    expect(rows).toEqual([{ n: 2 }]);
  });
});
