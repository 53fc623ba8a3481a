/**
 * The codec server for the Temporal UI and CLI: decrypts payloads for an operator. On a port of its own, loopback by
 * default, and only for those who show the token: as a Bearer token (CLI), or as the first segment of the path, since
 * the UI's data encoder dialog takes nothing but an endpoint.
 */
import { timingSafeEqual } from 'node:crypto';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import { temporal } from '@temporalio/proto';
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
  const app = fastify({ bodyLimit: 4 * 1024 * 1024 });
  app.addHook('onRequest', (request, reply) =>
    admit(request, reply, { origin: config.TEMPORAL_UI_URL, expected }),
  );
  app.setErrorHandler((_error, _request, reply) => reply.code(400).send({ error: 'payload refused' }));
  app.options('/*', (_request, reply) => reply.code(204).send());
  for (const action of ['encode', 'decode'] as const) {
    const handle = async ({ body }: FastifyRequest) => {
      const { payloads } = PayloadsMessage.fromObject(body as Record<string, unknown>);
      const result = await codec[action](payloads);
      return PayloadsMessage.toObject(PayloadsMessage.create({ payloads: result }), { bytes: String });
    };
    app.post(`/${action}`, handle);
    app.post(`/:token/${action}`, handle);
  }
  const address = await app.listen({ host: config.HOST, port: config.CODEC_PORT });
  return { address, close: () => app.close() };
}

/** Answers preflights, and refuses whoever does not show the token. */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { origin, expected }: { origin: string; expected: Buffer },
): Promise<unknown> {
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
  return matches ? undefined : reply.code(401).send({ error: 'unauthorized' });
}
