/** An authenticator device, paired and asked: its key, its pairing code and its signatures are nobody else's. */
import {
  newDevice,
  publicJwkOf,
  signedHeaders,
  type DeviceState,
} from '../../../examples/authenticator-cli/authenticator';
import type { Stage, Who } from './canary-stage';

/** Pairs a device, answers a prompt with a wrong number and another one with the right number. */
export async function approveOnDevice(stage: Stage, who: Who): Promise<void> {
  const { call, browser } = stage;
  const state = await pairDevice(stage, who);
  const { userId, clientId, clientSecret } = who;
  const client = { as: clientId, clientSecret };
  const body = { userId, ...browser };
  const challenge = await call('POST', '/api/v1/auth/mfa/status/check', { ...client, body });
  const mfaSessionId = stage.plant('mfaSessionId of a push', challenge.body['mfaSessionId']);
  const ask = () => call('POST', '/api/v1/auth/mfa/challenge/push', { body: { mfaSessionId } });
  const answer = async (challengeId: string, number: string) => {
    const target = `/api/v1/devices/challenges/${challengeId}/answer`;
    const raw = JSON.stringify({ decision: 'approve', number });
    return send(stage, state, { method: 'POST', target, raw });
  };
  const verify = (challengeId: string) =>
    call('POST', '/api/v1/auth/mfa/verify', { body: { mfaSessionId, method: 'push', challengeId } });
  const first = await ask();
  await answer(first.body['challengeId'], String((Number(first.body['number']) + 1) % 100).padStart(2, '0'));
  await verify(first.body['challengeId']);
  const second = await ask();
  await send(stage, state, { method: 'GET', target: '/api/v1/devices/challenges' });
  await answer(second.body['challengeId'], second.body['number']);
  const verified = await verify(second.body['challengeId']);
  if (verified.status !== 200) throw new Error(`not approved: ${verified.text}`);
  stage.plant('device token of a push', verified.body['deviceToken']);
}

async function pairDevice(stage: Stage, { userId }: Who): Promise<DeviceState> {
  const path = `/api/v1/auth/mfa/methods/push/pairing?userId=${userId}`;
  const begun = await stage.call('POST', path, { as: 'operator' });
  const pairingCode = stage.plant('pairing code', begun.body['pairingCode']);
  const state = newDevice(begun.body['audience']);
  stage.plant('private key of a device', String(state.privateJwk.d));
  const raw = JSON.stringify({ pairingCode, publicKey: publicJwkOf(state), name: 'Phone' });
  const paired = await send(stage, state, { method: 'POST', target: '/api/v1/devices', raw });
  if (paired.status !== 201) throw new Error(`not paired: ${paired.text}`);
  return { ...state, deviceId: paired.body['deviceId'] };
}

async function send(
  stage: Stage,
  state: DeviceState,
  { method, target, raw }: { method: string; target: string; raw?: string },
) {
  const headers = signedHeaders(state, { method, target }, { body: raw ?? '' });
  stage.plant(`signature of ${method} ${target}`, headers['x-device-signature'] ?? '');
  return stage.call(method, target, { headers, ...(raw !== undefined && { raw }) });
}
