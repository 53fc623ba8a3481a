/** Whoever registers a key of a device proves that it is his, for this request only. */
import { signedHeaders, type DeviceState } from '../../examples/authenticator-cli/authenticator';
import { callSigned, DEVICES, freshDevice, pairBody, pairingCodeFor } from './support/devices';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false });
const PAIR = { method: 'POST', target: DEVICES } as const;

async function methodsOf(userId: string) {
  const path = `/api/v1/auth/mfa/status?userId=${userId}`;
  return (await product.stack.call('GET', path, { as: 'operator' })).body['methods'];
}

describe('the registering signature', () => {
  const tryToPair = async (
    spoil: (state: DeviceState, body: string) => Parameters<typeof callSigned>[3],
    signer?: DeviceState,
  ) => {
    const who = await product.actors.person({ method: false });
    const state = freshDevice(product);
    const body = pairBody(state, await pairingCodeFor(product, who));
    const answer = await callSigned(product, signer ?? state, PAIR, { body, ...spoil(state, body) });
    expect((await methodsOf(who.userId)).push).toBe(answer.status === 201);
    return answer;
  };

  it('has to be made by the key that is registered', async () => {
    expect((await tryToPair(() => ({}), freshDevice(product))).status).toBe(401);
    expect((await tryToPair(() => ({}))).status).toBe(201);
  });

  it('covers the body, byte by byte', async () => {
    expect((await tryToPair((_, body) => ({ sent: { body: `${body} ` } }))).status).toBe(401);
    expect((await tryToPair((_, body) => ({ sent: { body: body.replace('Phone', 'Fhone') } }))).status).toBe(
      401,
    );
  });

  it('covers the target with its query', async () => {
    expect((await tryToPair(() => ({ sent: { target: `${DEVICES}?x=1` } }))).status).toBe(401);
  });

  it('is for this audience only', async () => {
    const elsewhere = { ...freshDevice(product), audience: 'https://other.example' };
    const who = await product.actors.person({ method: false });
    const body = pairBody(elsewhere, await pairingCodeFor(product, who));
    expect((await callSigned(product, elsewhere, PAIR, { body })).status).toBe(401);
  });

  it('is needed', async () => {
    expect((await tryToPair(() => ({ headers: { 'x-device-signature': '' } }))).status).toBe(401);
    expect((await tryToPair(() => ({ headers: { 'x-device-nonce': 'short' } }))).status).toBe(401);
  });

  it('counts once: the same request again is refused before its code is looked at', async () => {
    const who = await product.actors.person({ method: false });
    const state = freshDevice(product);
    const body = pairBody(state, 'no-such-code');
    const headers = signedHeaders(state, PAIR, { body });
    const first = await product.stack.call('POST', DEVICES, { headers, raw: body });
    expect(first.body['code']).toBe('verification_failed');
    const second = await product.stack.call('POST', DEVICES, { headers, raw: body });
    expect(second.body['code']).toBe('unauthorized');
    expect((await methodsOf(who.userId)).push).toBe(false);
  });

  it('has a low s: the other signature of the same request is refused', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const answer = await tryToPair((state, body) => {
      const headers = signedHeaders(state, PAIR, { body });
      const signature = Buffer.from(String(headers['x-device-signature']), 'base64url');
      const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
      Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex').copy(signature, 32);
      return { headers: { ...headers, 'x-device-signature': signature.toString('base64url') } };
    });
    expect(answer.status).toBe(401);
  });

  it('is refused for a key that is no point of the curve, with a 4xx', async () => {
    const state = freshDevice(product);
    const body = JSON.stringify({
      pairingCode: 'x',
      publicKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
      name: 'Phone',
    });
    expect((await callSigned(product, state, PAIR, { body })).status).toBe(401);
  });
});
