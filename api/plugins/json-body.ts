/** JSON bodies in UTF-8 (RFC 8259 §8.1). Other bytes would silently become U+FFFD, and different logins the same one. */
import { isUtf8 } from 'node:buffer';
import fp from 'fastify-plugin';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../problem';

export const jsonBody = fp((app: FastifyInstance, _options: object, done: () => void) => {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, parsed) => {
    if (isUtf8(body)) void parseJson(request, body.toString('utf8'), parsed);
    else parsed(new Problem('invalid_json'), undefined);
  });
  done();
});
