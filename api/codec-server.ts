/**
 * The codec server for the Temporal UI and CLI: decrypts payloads for an operator. On a port of its own, loopback by
 * default, and only for those who show the token: as a Bearer token (CLI), or as the first segment of the path, since
 * the UI's data encoder dialog takes nothing but an endpoint.
 */
import { timingSafeEqual } from 'node:crypto';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { temporal } from '@temporalio/proto';
import type { Payload } from '@temporalio/common';
import type { Config } from '../runtime/config';
import type { KeyRing } from '../runtime/keys';
import type { Logger } from '../runtime/logger';
import { createPayloadCodec } from '../runtime/payload-codec';

const PayloadsMessage = temporal.api.common.v1.Payloads;

/** The operator's token, derived from the master key: `npm run codec:endpoint` prints it. */
export function codecToken(keys: KeyRing): string {
  return keys.digest('check', ['codec-server']).toString('base64url');
}

/** Listens on `CODEC_PORT` with `POST /encode` and `POST /decode` as the UI and CLI call them. */
export async function createCodecServer(deps: { config: Config; keys: KeyRing; logger: Logger }) {
  const { config, keys } = deps;
  const codec = createPayloadCodec(keys, { scope: 'any-scope', clear: 'pass' });
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
    const inPath = (request.params as { token?: string }).token;
    const given = Buffer.from(
      inPath === undefined ? (request.headers.authorization ?? '') : `Bearer ${inPath}`,
    );
    const matches = given.length === expected.length && timingSafeEqual(given, expected);
    if (!matches) return reply.code(401).send({ error: 'unauthorized' });
  });
  app.options('/*', (_request, reply) => reply.code(204).send());
  for (const action of ['encode', 'decode'] as const) {
    const handle = async (request: FastifyRequest, reply: FastifyReply) => {
      const payloads = PayloadsMessage.fromObject(request.body as Record<string, unknown>)
        .payloads as Payload[];
      try {
        const result = await codec[action](payloads);
        return PayloadsMessage.toObject(PayloadsMessage.create({ payloads: result }), { bytes: String });
      } catch {
        return reply.code(400).send({ error: 'payload refused' });
      }
    };
    app.post(`/${action}`, handle);
    app.post(`/:token/${action}`, handle);
  }
  await app.listen({ host: config.HOST, port: config.CODEC_PORT });
  return { close: () => app.close() };
}
