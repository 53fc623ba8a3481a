/** Import of users: a stream of lines in, one result line a row out; a bad row never costs a good one. */
import { connect } from 'node:net';
import { totpCode } from '../support/totp';
import { randomName, randomSeed } from './support/actors';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();

interface Result {
  readonly line: number;
  readonly userId?: string;
  readonly error?: { code: string; detail: string };
}

async function importLines(text: string | Buffer, contentType = 'application/x-ndjson') {
  const answer = await product.stack.call('POST', '/api/v1/users/import', {
    as: 'operator',
    raw: text,
    contentType,
  });
  const results = answer.status === 200 ? answer.text.split('\n').filter(Boolean).map(parse) : [];
  return { answer, results };
}

const parse = (line: string) => JSON.parse(line) as Result;
const row = (extra: object = {}) => JSON.stringify({ login: randomName(), ...extra });

describe('an import', () => {
  it('of 1,000 rows with seeds stores every one, in order', async () => {
    const seeds = Array.from({ length: 1_000 }, randomSeed);
    const lines = seeds.map((totpSecret) => row({ totpSecret }));
    const { answer, results } = await importLines(lines.join('\n'));
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(results.map(({ line }) => line)).toEqual(seeds.map((_seed, n) => n + 1));
    expect(results.filter(({ userId }) => userId === undefined)).toEqual([]);
    expect(new Set(results.map(({ userId }) => userId)).size).toBe(1_000);
    // Any of them can sign in at once.
    const totpSecret = seeds[499] ?? '';
    const who = {
      userId: results[499]?.userId ?? '',
      login: '',
      totpSecret,
      fingerprint: 'f',
      ip: '192.0.2.3',
    };
    const challenge = await product.actors.check(who);
    expect((await product.actors.verify(challenge, totpCode(totpSecret))).status).toBe(200);
  });

  it('reports bad rows by number and keeps the rest', async () => {
    const taken = randomName();
    const lines: [string, string | undefined][] = [
      [row(), undefined],
      ['{"login":', 'invalid_json'],
      [row({ totpSecret: 'not base32 at all!' }), 'invalid_request'],
      [JSON.stringify({ login: taken }), undefined],
      [JSON.stringify({ login: taken }), 'login_taken'],
      [row({ unknown: 1 }), 'invalid_request'],
      [row({ login: 'x'.repeat(20_000) }), 'body_too_large'],
      ['[]', 'invalid_request'],
      ['null', 'invalid_request'],
      ['"text"', 'invalid_request'],
      [row({ login: 7 }), 'invalid_request'],
      [row({ login: '' }), 'invalid_request'],
      [row({ email: 'no' }), 'invalid_request'],
      ['{"login":"a\\u0000b"}', 'invalid_request'],
      ['{"login":"a\\ud800"}', 'invalid_request'],
      ['{"__proto__":{"login":"x"}}', 'invalid_request'],
      [row({ password: 'short' }), 'password_refused'],
      [row(), undefined],
    ];
    const { results } = await importLines(lines.map(([line]) => line).join('\n'));
    expect(results.map(({ line, error }) => [line, error?.code])).toEqual(
      lines.map(([, code], n) => [n + 1, code]),
    );
  });

  it('of several rows with one login, in any case of letters, keeps the first', async () => {
    const logins = Array.from({ length: 20 }, randomName);
    const lines = logins.flatMap((login) =>
      [login, login.toUpperCase(), login].map((name) => row({ login: name, email: `${name}@example.org` })),
    );
    const { results } = await importLines(lines.join('\n'));
    const wanted = logins.flatMap(() => [undefined, 'login_taken', 'login_taken']);
    expect(results.map(({ error }) => error?.code)).toEqual(wanted);
  });

  it('never repeats what was sent', async () => {
    const { answer } = await importLines(
      [
        row({ canary_key: 1 }),
        row({ totpSecret: 'canary-seed-value!!' }),
        'canary{',
        row({ email: 'canary' }),
      ].join('\n'),
    );
    expect(answer.text).not.toContain('canary');
  });

  it('accepts CRLF, blank lines and a missing last newline, and counts them all', async () => {
    const { results } = await importLines(`${row()}\r\n\r\n\n${row()}\n   \n${row()}`);
    expect(results.map(({ line, error }) => [line, error])).toEqual([
      [1, undefined],
      [4, undefined],
      [6, undefined],
    ]);
  });

  it('of nothing answers nothing', async () => {
    expect((await importLines('\n')).results).toEqual([]);
    expect((await importLines('\n\n\r\n')).results).toEqual([]);
  });

  it('goes on after bytes that are not UTF-8', async () => {
    const bad = Buffer.concat([Buffer.from('{"login":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    const { results } = await importLines(Buffer.concat([bad, Buffer.from(row())]));
    expect(results).toHaveLength(2);
    expect(results[1]?.userId).toMatch(/^usr_/);
  });

  it('of the same file twice creates nobody twice', async () => {
    const file = Array.from({ length: 20 }, () => row()).join('\n');
    const first = await importLines(file);
    const second = await importLines(file);
    expect(first.results.every(({ userId }) => userId !== undefined)).toBe(true);
    expect(second.results.map(({ error }) => error?.code)).toEqual(Array(20).fill('login_taken'));
  });

  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
    'as %s is 415',
    async (contentType) => {
      const { answer } = await importLines(row(), contentType);
      expect(answer.status).toBe(415);
      expect(answer.body['code']).toBe('unsupported_media_type');
    },
  );

  it('is audited row by row', async () => {
    const { results } = await importLines(row({ totpSecret: randomSeed() }));
    const audit = await product.stack.call('GET', `/api/v1/admin/audit?userId=${results[0]?.userId}`, {
      as: 'operator',
    });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({ message: 'User imported', details: { by: 'operator', methods: ['totp'] } }),
    ]);
  });
});

describe('the import stream', () => {
  it('answers rows while others are still on their way', async () => {
    const lines = new TransformStream<Uint8Array, Uint8Array>();
    const writer = lines.writable.getWriter();
    const send = (text: string) => writer.write(Buffer.from(text));
    const authorization = `Basic ${Buffer.from('operator:operator-secret').toString('base64')}`;
    const answering = fetch(`${product.stack.address}/api/v1/users/import`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
      body: lines.readable,
      duplex: 'half',
    });
    void send(Array.from({ length: 30 }, () => `${row()}\n`).join(''));
    const reader = (await answering).body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? '').toString()).toContain('"line":1,');
    void send(`${row()}\n`);
    await writer.close();
    let rest = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      rest += Buffer.from(part.value).toString();
    }
    expect(rest).toContain('"line":31,');
  });

  it('cut off in the middle keeps the rows before, and the next import works', async () => {
    const { hostname, port } = new URL(product.stack.address);
    const logins = Array.from({ length: 5 }, randomName);
    const lines = logins.map((login) => `${JSON.stringify({ login })}\n`).join('');
    const authorization = `Basic ${Buffer.from('operator:operator-secret').toString('base64')}`;
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(
      `POST /api/v1/users/import HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n` +
        'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n' +
        `${Buffer.byteLength(lines).toString(16)}\r\n${lines}\r\n`,
    );
    const stored = async () => {
      const { rows } = await product.stack.database.pool.query(`select 1 from users where login = any($1)`, [
        logins,
      ]);
      return rows.length;
    };
    expect(await until(stored, (count) => count === 5)).toBe(5);
    socket.write('ff\r\n{"login":"half');
    socket.destroy();
    expect((await importLines(row())).results[0]?.userId).toMatch(/^usr_/);
  });
});
