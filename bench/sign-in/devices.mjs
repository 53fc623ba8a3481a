/** Authenticator devices: pairing one, and an approval by it (docs/push.md; `examples/authenticator-cli`). */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { challenged, createPeople } from './people.mjs';

/** n of P-256: the API takes the one of (r, s) and (r, n − s) with the smaller s. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const PAIRED_AT_A_TIME = 4;

function signatureOf(privateKey, text) {
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  if (s > ORDER / 2n) Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex').copy(signature, 32);
  return signature.toString('base64url');
}

function callSigned(call, { privateKey, audience, deviceId }, { target, body }) {
  const time = String(Math.floor(Date.now() / 1_000));
  const nonce = randomBytes(16).toString('base64url');
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const text = ['zewstid-device-v1', audience, deviceId, 'POST', target, time, nonce, hash].join('\n');
  return call(target, body, {
    headers: {
      'x-device-id': deviceId,
      'x-device-time': time,
      'x-device-nonce': nonce,
      'x-device-signature': signatureOf(privateKey, text),
    },
  });
}

async function pair(call, { userId }) {
  const path = `/api/v1/auth/mfa/methods/push/pairing?userId=${userId}`;
  const { pairingCode, audience } = await call(path, undefined, { as: 'operator' });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const device = { privateKey, audience, deviceId: 'new' };
  const body = { pairingCode, publicKey: publicKey.export({ format: 'jwk' }), name: 'Phone' };
  const { deviceId } = await callSigned(call, device, { target: '/api/v1/devices', body });
  return { ...device, deviceId };
}

/**
 * So many challenged people with a device each. They are new ones every time: nobody may be sent more than three
 * prompts in five minutes.
 */
export async function challengedWithDevice(call, count) {
  const people = await createPeople(call, count);
  const ready = [];
  while (ready.length < count) {
    const some = people.slice(ready.length, ready.length + PAIRED_AT_A_TIME);
    ready.push(
      ...(await Promise.all(
        some.map(async (person) => ({
          device: await pair(call, person),
          session: await challenged(call, person),
        })),
      )),
    );
  }
  return ready;
}

/** The round trip: asked for, approved on the device, and handed over to whoever asked. */
export async function approveByDevice(call, { device, session: { mfaSessionId } }) {
  const { challengeId, number } = await call('/api/v1/auth/mfa/challenge/push', { mfaSessionId });
  const target = `/api/v1/devices/challenges/${challengeId}/answer`;
  const { received } = await callSigned(call, device, { target, body: { decision: 'approve', number } });
  if (received !== true) throw new Error('the answer of a device was not received');
  const answer = await call('/api/v1/auth/mfa/verify', { mfaSessionId, method: 'push', challengeId });
  if (answer.verified !== true) throw new Error('an approval was not accepted');
  return answer;
}
