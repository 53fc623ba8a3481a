/** `POST /api/v1/devices`: an authenticator device registers its key with a pairing code. */
import { Type } from '@sinclair/typebox';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { assertSignedByNewKey } from '../../device-authentication';
import { pairDevice } from '../../pair-device';
import { loadVapidKeys } from '../../../runtime/vapid-keys';
import { problems } from '../../schemas';
import { PairBody, signedHeaders } from './schemas';

const schema = {
  tags: ['Devices'],
  summary: 'Pair an authenticator device',
  description:
    'Signed by the new key with the device id `new`: whoever registers a key proves that it is his. The code is used up.',
  headers: signedHeaders,
  body: PairBody,
  response: {
    201: Type.Object({ deviceId: Type.String(), methodId: Type.String() }),
    ...problems(400, 401, 409, 429, 503),
  },
};

const keySchema = {
  tags: ['Devices'],
  summary: 'The key by which web pushes of this deployment are known',
  description: '`applicationServerKey` of `PushManager.subscribe` (RFC 8292).',
  response: { 200: Type.Object({ publicKey: Type.String() }), ...problems(429, 503) },
};

export function registerAuthenticatorRoutes(app: App, deps: ApiDeps): void {
  app.get('/api/v1/devices/push-key', { schema: keySchema }, async (request) => {
    await deps.limits.address(request.ip);
    const { publicKey } = await loadVapidKeys(deps.pool, deps.keys);
    return { publicKey };
  });
  app.post('/api/v1/devices', { schema }, async (request, reply) => {
    await assertSignedByNewKey(deps, request, request.body.publicKey);
    return reply.code(201).send(await pairDevice(deps, request));
  });
}
