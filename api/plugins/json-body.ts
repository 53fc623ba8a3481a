/** JSON bodies in UTF-8 (RFC 8259 §8.1). Other bytes would silently become U+FFFD, and different logins the same one. */
import { isUtf8 } from 'node:buffer';
import fp from 'fastify-plugin';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem';

const rawBodies = new WeakMap<FastifyRequest, Buffer>();

/** The body of a request that a device signed, byte by byte; empty when it has none. */
export function rawBodyOf(request: FastifyRequest): Buffer {
  return rawBodies.get(request) ?? Buffer.alloc(0);
}

export const jsonBody = fp((app: FastifyInstance, _options: object, done: () => void) => {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, parsed) => {
    if (request.headers['x-device-signature'] !== undefined) rawBodies.set(request, body);
    const text = body.toString('utf8');
    // Two readings: this parser would drop a byte order mark, and the judge of a signed answer would choke on it.
    if (isUtf8(body) && !text.startsWith('\ufeff')) void parseJson(request, text, parsed);
    else parsed(new Problem('invalid_json'), undefined);
  });
  done();
});
