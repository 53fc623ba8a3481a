/** Health, the API document, public keys, and what is not there. */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { PERMISSIONS } from '../../domain/access/permissions';
import type { HttpAnswer } from '../support/http-client';
import { startStack } from '../support/stack';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();
const get = (path: string) => product.stack.call('GET', path);

describe('health', () => {
  it('is live and ready with a worker and every store', async () => {
    expect((await get('/health/live')).body).toEqual({ status: 'live' });
    const isReported = ({ body }: HttpAnswer) => body['network'].status === 'current';
    const ready = await until(() => get('/health/ready'), isReported);
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({
      status: 'ready',
      dependencies: { postgres: 'up', redis: 'up', temporal: 'up', worker: 'up' },
      network: { status: 'current', sources: [], problems: [] },
    });
  });

  it('is live but not ready without a worker', async () => {
    const stack = await startStack({ withoutWorker: true });
    try {
      expect((await stack.call('GET', '/health/live')).status).toBe(200);
      const ready = await stack.call('GET', '/health/ready');
      expect(ready.status).toBe(503);
      expect(ready.body).toMatchObject({
        status: 'unavailable',
        dependencies: { postgres: 'up', worker: 'down' },
      });
    } finally {
      await stack.stop();
    }
  });

  it('is not ready when the last worker has been silent for ten seconds', async () => {
    const { pool } = product.stack.database;
    const silenced = async () => {
      await pool.query(`update worker_heartbeats set at = now() - interval '11 seconds'`);
      return get('/health/ready');
    };
    // The worker of this file goes on beating every three seconds.
    const ready = await until(silenced, ({ status }) => status === 503);
    expect(ready.body).toMatchObject({ status: 'unavailable', dependencies: { worker: 'down' } });
    await pool.query(`update worker_heartbeats set at = now() + interval '1 hour'`);
    expect((await get('/health/ready')).status).toBe(200);
  });
});

describe('without a worker', () => {
  it('a sign-in is 503 within 2.5 s, and nobody gets in', async () => {
    const stack = await startStack({ withoutWorker: true, impatient: true });
    try {
      const timed = async () => {
        const began = performance.now();
        const answer = await stack.call('POST', '/api/v1/auth/mfa/status/check', {
          as: 'demo-shop',
          body: { userId: stack.demoUserId, ip: '192.0.2.1', userAgent: 'x', fingerprint: 'f' },
        });
        return { answer, tookMs: performance.now() - began };
      };
      const { answer, tookMs } = await until(timed, (tried) => tried.tookMs < 2_500);
      expect(tookMs).toBeLessThan(2_500);
      expect(answer.status).toBe(503);
      expect(answer.body['code']).toBe('unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await stack.database.pool.query(`select 1 from sessions`)).rows).toEqual([]);
    } finally {
      await stack.stop();
    }
  });
});

/** What issue 3 answers; `METHOD path` as the document writes them. */
const OPERATIONS = [
  'post /api/v1/auth/mfa/status/check',
  'post /api/v1/auth/mfa/verify',
  'post /api/v1/auth/mfa/session/cancel',
  'get /api/v1/auth/mfa/status',
  'post /api/v1/auth/attempts',
  'post /api/v1/auth/mfa/methods/totp',
  'post /api/v1/auth/mfa/methods/totp/{methodId}/confirm',
  'get /api/v1/users',
  'post /api/v1/users',
  'get /api/v1/users/{userId}',
  'post /api/v1/users/import',
  'get /api/v1/applications',
  'post /api/v1/applications',
  'get /api/v1/applications/{id}',
  'patch /api/v1/applications/{id}',
  'post /api/v1/oauth/token',
  'get /api/v1/admin/decisions',
  'get /api/v1/admin/decisions/{id}',
  'get /api/v1/admin/audit',
  'get /health/live',
  'get /health/ready',
  'get /.well-known/jwks.json',
  'get /.well-known/oauth-authorization-server',
];

describe('the API document', () => {
  it('is OpenAPI 3.1 and lists every operation with a summary and its answers', async () => {
    const { body } = await get('/openapi.json');
    expect(body['openapi']).toMatch(/^3\.1\./);
    expect(body['info']).toMatchObject({ title: 'ZewstID MFA', version: expect.any(String) });
    const described = new Map<string, { summary?: string; responses?: object }>();
    for (const [path, methods] of Object.entries<Record<string, object>>(body['paths'])) {
      for (const [method, operation] of Object.entries(methods))
        described.set(`${method} ${path}`, operation);
    }
    expect([...described.keys()]).toEqual(expect.arrayContaining(OPERATIONS));
    for (const [name, operation] of described) {
      const answers = Object.keys(operation.responses ?? {}).length;
      expect([name, typeof operation.summary, answers > 0]).toEqual([name, 'string', true]);
    }
  });

  it('has no reference that leads nowhere', async () => {
    const { body, text } = await get('/openapi.json');
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], body);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  it('can be browsed outside production', async () => {
    expect((await get('/docs')).status).toBeLessThan(400);
  });
});

describe('the public keys', () => {
  it('verify a receipt, which says what was proven', async () => {
    const who = await product.actors.person();
    const verified = await product.actors.signInWithMfa(who);
    const keys = createLocalJWKSet((await get('/.well-known/jwks.json')).body as JSONWebKeySet);
    const { payload, protectedHeader } = await jwtVerify(verified.body['receipt'], keys, {
      issuer: product.stack.config.PUBLIC_URL,
      audience: 'demo-shop',
    });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'receipt+jwt' });
    expect(payload).toMatchObject({
      sub: who.userId,
      sid: verified.body['sessionId'],
      acr: 'urn:zewstid:acr:mfa',
      amr: ['pwd', 'rba', 'otp', 'mfa'],
    });
    expect(Math.abs(Number(payload['auth_time']) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it('verify the receipt of a sign-in without MFA, which says so', async () => {
    const skipped = await product.actors.check(await product.actors.settledPerson(), { primary: 'oauth' });
    const keys = createLocalJWKSet((await get('/.well-known/jwks.json')).body as JSONWebKeySet);
    const { payload } = await jwtVerify(skipped.body['receipt'], keys);
    expect(payload).toMatchObject({ acr: 'urn:zewstid:acr:pwd', amr: ['rba'] });
  });

  it('have no private part', async () => {
    const { body } = await get('/.well-known/jwks.json');
    expect(body['keys'].flatMap((key: object) => Object.keys(key))).not.toContain('d');
  });

  it('are named by the authorization server metadata', async () => {
    const { body } = await get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      issuer: 'http://api.test',
      token_endpoint: 'http://api.test/api/v1/oauth/token',
      jwks_uri: 'http://api.test/.well-known/jwks.json',
      scopes_supported: PERMISSIONS,
    });
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/api/v1/nothing'],
    ['POST', '/api/v1/auth/mfa'],
    ['GET', '/api/v1/users/x/y'],
    ['DELETE', '/api/v1/applications/demo-shop'],
    ['PUT', '/api/v1/auth/mfa/status/check'],
    ['GET', '/api/v1/auth/mfa/status/check'],
    ['GET', '/api/v1/%2e%2e/%2e%2e/etc/passwd'],
  ])('%s %s is a problem answer', async (method, path) => {
    const answer = await product.stack.call(method, path);
    expect([404, 405]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      status: answer.status,
      requestId: answer.headers.get('x-request-id'),
    });
    expect(answer.text).not.toContain(path);
  });
});
