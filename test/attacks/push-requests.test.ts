/** Requests of authenticator devices: whatever differs from what was signed, is late, or comes twice is a 401. */
import { randomBytes } from 'node:crypto';
import { signedHeaders, type DeviceState } from '../../examples/authenticator-cli/authenticator';
import {
  askForPush,
  callSigned,
  deviceOf,
  freshDevice,
  promptsOf,
  type SignedCall,
} from '../api/support/devices';
import { verified } from '../api/support/prompts';
import { attackOn, expectNothingGained, expectOneSuccess, expectRefusal } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
/** n of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const LIST = { method: 'GET', target: '/api/v1/devices/challenges' } as const;

async function databaseSeconds(): Promise<number> {
  const { rows } = await product.stack.database.pool.query<{ now: number }>(
    `select extract(epoch from clock_timestamp())::float8 as now`,
  );
  return rows[0]?.now ?? 0;
}

async function asked() {
  const who = await product.actors.person();
  const state = await deviceOf(product, who);
  const challenge = await product.actors.check(who);
  const { body } = await askForPush(product, challenge);
  const { challengeId, number } = body as { challengeId: string; number: string };
  const target = `/api/v1/devices/challenges/${challengeId}/answer`;
  return { state, number, challenge, challengeId, target, attack: await attackOn(product, who, challenge) };
}

describe('a signed request', () => {
  let state: DeviceState;
  const list = (spoilt: SignedCall = {}, signer = state) => callSigned(product, signer, LIST, spoilt);
  beforeAll(async () => {
    state = await deviceOf(product, await product.actors.person());
  });

  it('is answered', async () => {
    expect((await list()).body).toEqual({ challenges: [] });
  });

  it('counts once, of 20 at a time', async () => {
    const headers = signedHeaders(state, LIST);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => product.stack.call('GET', LIST.target, { headers })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(401)]);
  });

  it('has a nonce of its own, whatever else it says', async () => {
    const nonce = randomBytes(16).toString('base64url');
    expect((await list({ nonce })).status).toBe(200);
    expect(
      (await callSigned(product, state, { ...LIST, target: `${LIST.target}?a=1` }, { nonce })).status,
    ).toBe(401);
  });

  it('is at most a minute old or early, by the clock of the database', async () => {
    const now = Math.floor(await databaseSeconds());
    expect((await list({ time: String(now - 55) })).status).toBe(200);
    expect((await list({ time: String(now + 55) })).status).toBe(200);
    expect((await list({ time: String(now - 62) })).status).toBe(401);
    expect((await list({ time: String(now + 65) })).status).toBe(401);
  });

  it.each([
    ['another time', { headers: { 'x-device-time': String(Math.floor(Date.now() / 1_000) + 1) } }],
    ['another nonce', { headers: { 'x-device-nonce': 'AAAAAAAAAAAAAAAAAAAAAA' } }],
    ['another query', { sent: { target: `${LIST.target}?all=true` } }],
    ['another spelling of the path', { sent: { target: '/api/v1/devices/%63hallenges' } }],
    ['a time that is none', { time: 'now' }],
    ['a time with a fraction', { time: `${Math.floor(Date.now() / 1_000)}.5` }],
    ['no nonce', { nonce: '' }],
    ['a nonce with a line break', { headers: { 'x-device-nonce': 'AAAAAAAA AAAAAAAAA' } }],
    ['no signature', { headers: { 'x-device-signature': '' } }],
    ['somebody else’s id', { headers: { 'x-device-id': 'pdv_AAAAAAAAAAAAAAAAAAAAAA' } }],
    ['the id of a device that is being paired', { headers: { 'x-device-id': 'new' } }],
  ] as [string, SignedCall][])('with %s is refused', async (_what, spoilt) => {
    const refused = await list(spoilt);
    expectRefusal(refused, 'unauthorized');
  });

  it('of another key, or for another audience, is refused', async () => {
    expect((await list({}, { ...freshDevice(product), deviceId: state.deviceId })).status).toBe(401);
    expect((await list({}, { ...state, audience: 'https://other.example' })).status).toBe(401);
  });

  it('with the other signature that ECDSA has for the same request is refused, and so is any spelling of it', async () => {
    const headers = signedHeaders(state, LIST);
    const signature = headers['x-device-signature'] ?? '';
    const bytes = Buffer.from(signature, 'base64url');
    const s = BigInt(`0x${bytes.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex'),
    ]);
    const others = [
      twin.toString('base64url'),
      `${signature}==`,
      bytes.toString('base64'),
      bytes.toString('hex'),
    ];
    // The last of 86 characters has four bits that mean nothing.
    others.push(`${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`);
    for (const other of others) {
      const refused = await product.stack.call('GET', LIST.target, {
        headers: { ...headers, 'x-device-signature': other },
      });
      expectRefusal(refused, 'unauthorized');
    }
    expect((await product.stack.call('GET', LIST.target, { headers })).status).toBe(200);
  });

  it('of a device of a disabled user is refused', async () => {
    const who = await product.actors.person();
    const theirs = await deviceOf(product, who);
    await product.stack.call('POST', `/api/v1/admin/users/${who.userId}/disable`, { as: 'operator' });
    await expect(promptsOf(product, theirs)).rejects.toThrow('401');
  });
});

describe('a signed answer', () => {
  it('is refused with any other body, target or method than was signed; the prompt stays open', async () => {
    const { state, number, target, attack } = await asked();
    const other = await asked();
    const wanted = { method: 'POST', target };
    const body = JSON.stringify({ decision: 'deny' });
    const approving = JSON.stringify({ decision: 'approve', number });
    const spoilt: SignedCall[] = [
      { body, sent: { body: approving } },
      { body: approving, sent: { body: `${approving}\n` } },
      { body: approving, sent: { target: other.target } },
      { body: approving, sent: { target: `${target}?x` } },
    ];
    for (const call of spoilt) expectRefusal(await callSigned(product, state, wanted, call), 'unauthorized');
    const listed = await callSigned(
      product,
      state,
      { method: 'PUT', target },
      { body, sent: { method: 'POST' } },
    );
    expectRefusal(listed, 'unauthorized');
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    expect((await callSigned(product, state, wanted, { body: approving })).status).toBe(200);
  });

  it('that was captured is worth nothing a second time', async () => {
    const { state, number, target, attack, ...prompt } = await asked();
    const body = JSON.stringify({ decision: 'approve', number });
    const headers = signedHeaders(state, { method: 'POST', target }, { body });
    const send = () => product.stack.call('POST', target, { headers, raw: body });
    expect((await send()).status).toBe(200);
    expectRefusal(await send(), 'unauthorized');
    expect((await verified(product, prompt)).status).toBe(200);
    expectRefusal(await send(), 'unauthorized');
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
  });

  it.each([
    '{"decision":"maybe"}',
    '{}',
    '[]',
    'null',
    '{"decision":"approve","number":47}',
    '{"decision":"approve","number":"47","extra":1}',
    '{"decision":"approve","decision":"deny","number":"4"}',
  ])('%s is a bad request', async (body) => {
    const { state, target, attack } = await asked();
    expect((await callSigned(product, state, { method: 'POST', target }, { body })).status).toBe(400);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });

  it('that begins with a byte order mark is a bad request: whoever judges it parses it again', async () => {
    const { state, number, target, attack } = await asked();
    const body = `\ufeff${JSON.stringify({ decision: 'approve', number })}`;
    expect((await callSigned(product, state, { method: 'POST', target }, { body })).status).toBe(400);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });
});
