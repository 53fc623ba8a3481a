/**
 * The codec server for the Temporal UI: decrypts payloads for an operator's browser. On a port of its own, loopback
 * by default, and only for those who show the operator token.
 */
import { timingSafeEqual } from 'node:crypto';
import { fastify } from 'fastify';
import { temporal } from '@temporalio/proto';
import type { Payload } from '@temporalio/common';
import type { Config } from '../runtime/config';
import type { KeyRing } from '../runtime/keys';
import type { Logger } from '../runtime/logger';
import { createPayloadCodec } from '../runtime/payload-codec';

const PayloadsMessage = temporal.api.common.v1.Payloads;

/** The token that the Temporal UI has to send, derived from the master key: `npm run codec:token` prints it. */
export function codecToken(keys: KeyRing): string {
  return keys.digest('check', ['codec-server']).toString('base64url');
}

/** Listens on `CODEC_PORT` with `POST /encode` and `POST /decode` as the UI and CLI call them. */
export async function createCodecServer(deps: { config: Config; keys: KeyRing; logger: Logger }) {
  const { config, keys } = deps;
  const codec = createPayloadCodec(keys, { scope: 'any-scope', clear: 'refuse' });
  const expected = Buffer.from(`Bearer ${codecToken(keys)}`);
  const origin = config.TEMPORAL_UI_URL;
  const app = fastify({ bodyLimit: 4 * 1024 * 1024 });

  app.addHook('onRequest', async (request, reply) => {
    // Only the UI's own origin: another page in the operator's browser must not read histories through us.
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization,content-type,x-namespace',
      'access-control-allow-methods': 'POST',
      vary: 'Origin',
      'cache-control': 'no-store',
    });
    if (request.method === 'OPTIONS') return reply.code(204).send();
    const given = Buffer.from(request.headers.authorization ?? '');
    const matches = given.length === expected.length && timingSafeEqual(given, expected);
    if (!matches) return reply.code(401).send({ error: 'unauthorized' });
  });
  app.options('/*', (_request, reply) => reply.code(204).send());
  for (const action of ['encode', 'decode'] as const) {
    app.post(`/${action}`, async (request, reply) => {
      const payloads = PayloadsMessage.fromObject(request.body as Record<string, unknown>)
        .payloads as Payload[];
      try {
        const result = await codec[action](payloads);
        return PayloadsMessage.toObject(PayloadsMessage.create({ payloads: result }), { bytes: String });
      } catch {
        return reply.code(400).send({ error: 'payload refused' });
      }
    });
  }
  await app.listen({ host: config.HOST, port: config.CODEC_PORT });
  return { close: () => app.close() };
}
