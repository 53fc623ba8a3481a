/** `POST /api/v1/auth/mfa/methods/push/pairing`: a code by which an authenticator device is paired, shown as a QR code. */
import { Type } from '@sinclair/typebox';
import { toString as qrToString } from 'qrcode';
import { PAIRING_SECONDS } from '../../../domain/push';
import { hashSecret, newSecret } from '../../../runtime/random-ids';
import { insertPairing } from '../../../storage/device-pairings';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { enrollingSubject } from '../../changing-subject';
import { problems, Strict, UserId } from '../../schemas';
import type { Subject } from '../../subject';

const schema = {
  tags: ['Factors'],
  summary: 'Begin to pair an authenticator device',
  description:
    'The code is shown once, works once and for ten minutes; asking again replaces it. `audience` is what the device signs its requests for.',
  security: [{ client: [] }, { token: [] }],
  querystring: Strict({ userId: Type.Optional(UserId) }),
  response: {
    201: Type.Object({
      pairingCode: Type.String(),
      audience: Type.String(),
      qrSvg: Type.String(),
      expiresIn: Type.Integer(),
    }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

export function registerPushPairingRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/methods/push/pairing', { schema }, async (request, reply) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    return reply.code(201).send(await beginPairing(deps, subject));
  });
}

async function beginPairing({ pool, config }: ApiDeps, { userId, by, clientId }: Subject) {
  const pairingCode = newSecret();
  const pairing = { userId, requestedBy: by, clientId: clientId ?? null };
  await insertPairing(pool, hashSecret(pairingCode), pairing);
  const audience = config.PUBLIC_URL;
  const uri = `zewstid://pair?${new URLSearchParams({ audience, code: pairingCode }).toString()}`;
  const qrSvg = await qrToString(uri, { type: 'svg', margin: 1 });
  return { pairingCode, audience, qrSvg, expiresIn: PAIRING_SECONDS };
}
