/** The page and its headers: nothing is loaded from elsewhere, nothing runs that is not in `shop.js`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const FILES = [
  { path: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/shop.js', name: 'shop.js', type: 'text/javascript; charset=utf-8' },
  { path: '/shop.css', name: 'shop.css', type: 'text/css; charset=utf-8' },
] as const;

const HEADERS = {
  // No inline script, no foreign one; no form posts anywhere; no page frames this one (clickjacking).
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

export function registerPage(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(HEADERS);
    done();
  });
  for (const { path, name, type } of FILES) {
    // The way from here, and from the folder of the compiled shop (`start.mjs`).
    const content = readFileSync(join(__dirname, '../page', name));
    app.get(path, (_request, reply) => reply.type(type).send(content));
  }
}
