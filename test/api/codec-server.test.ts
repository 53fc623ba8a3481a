import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../runtime/config';
import { createKeyRing } from '../../runtime/keys';
import { createLogger } from '../../runtime/logger';
import { createPayloadCodec } from '../../runtime/payload-codec';
import { codecToken, createCodecServer } from '../../api/codec-server';

const UI = 'http://127.0.0.1:8233';

describe('the codec server', () => {
  const keys = createKeyRing(randomBytes(32).toString('base64'));
  const token = codecToken(keys);
  const codec = createPayloadCodec(keys, { scope: 'any-scope', clear: 'refuse' });
  let server: Awaited<ReturnType<typeof createCodecServer>>;
  beforeAll(async () => {
    const config = loadConfig({
      DATABASE_URL: 'unused',
      REDIS_URL: 'unused',
      TEMPORAL_ADDRESS: 'unused',
      MASTER_KEY: 'unused',
      TEMPORAL_UI_URL: UI,
    });
    server = await createCodecServer({ config, keys, logger: createLogger('test', 'silent') });
  });
  afterAll(() => server.close());

  const base64 = (text: string) => Buffer.from(text).toString('base64');

  async function encrypted(text: string) {
    const clear = {
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from(JSON.stringify(text)),
    };
    const [payload] = await codec.encode([clear]);
    const metadata = Object.entries(payload?.metadata ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value).toString('base64'),
    ]);
    return {
      metadata: Object.fromEntries(metadata) as Record<string, string>,
      data: Buffer.from(payload?.data ?? []).toString('base64'),
    };
  }

  const decode = (payload: object, path = '/decode', headers: Record<string, string> = {}) =>
    fetch(`${server.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ payloads: [payload] }),
    });

  it('decrypts for whoever shows the token, in the header or in the path', async () => {
    const payload = await encrypted('81.2.69.142');
    for (const answer of [
      await decode(payload, '/decode', { authorization: `Bearer ${token}` }),
      await decode(payload, `/${token}/decode`),
    ]) {
      expect(answer.status).toBe(200);
      const body = (await answer.json()) as { payloads: { data: string }[] };
      expect(body.payloads[0]?.data).toBe(base64('"81.2.69.142"'));
    }
  });

  it('decrypts nothing without the token or with a wrong one', async () => {
    const payload = await encrypted('81.2.69.142');
    for (const answer of [
      await decode(payload),
      await decode(payload, '/decode', { authorization: 'Bearer wrong' }),
      await decode(payload, `/${'A'.repeat(token.length)}/decode`),
    ]) {
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(base64('"81.2.69.142"'));
    }
  });

  it('lets only the pages of the Temporal UI read its answers', async () => {
    const answer = await decode(await encrypted('x'), `/${token}/decode`, { origin: 'http://evil.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(UI);
  });

  it('leaves an altered payload closed, and passes what is in clear already', async () => {
    const payload = await encrypted('secret');
    const altered = Buffer.from(payload.data, 'base64');
    altered[20] = (altered[20] ?? 0) ^ 1;
    const closed = { ...payload, data: altered.toString('base64') };
    expect(await (await decode(closed, `/${token}/decode`)).json()).toEqual({ payloads: [closed] });
    const clear = { metadata: { encoding: base64('json/plain') }, data: base64('"Sign-in"') };
    expect(await (await decode(clear, `/${token}/decode`)).json()).toEqual({ payloads: [clear] });
  });

  it('answers garbage with a 400', async () => {
    const answer = await decode({ metadata: 3, data: {} }, `/${token}/decode`);
    expect(answer.status).toBe(400);
  });
});
