/** What guessers and careless clients send, each with a canary where a careless message would repeat it. */
import { randomInt } from 'node:crypto';
import { hex, type Stage, type Who } from './canary-stage';
import { randomSeed } from './people';

/** Wrong secrets, unknown sessions, users and logins. */
export async function guess({ call, plant, browser }: Stage, { clientId, userId }: Who): Promise<void> {
  const wrong = plant('wrong client secret', `secret-${hex()}`);
  const body = { userId, ...browser };
  await call('POST', '/api/v1/auth/mfa/status/check', { as: clientId, clientSecret: wrong, body });
  const unknownClient = plant('unknown client', `client-${hex()}`);
  await call('POST', '/api/v1/auth/mfa/status/check', { as: unknownClient, clientSecret: wrong, body });
  const bearer = `Bearer ${plant('wrong bearer token', hex(20))}`;
  await call('GET', '/api/v1/users', { headers: { authorization: bearer } });
  await call('POST', '/api/v1/oauth/token', {
    raw: `grant_type=client_credentials&client_id=${clientId}&client_secret=${wrong}`,
    contentType: 'application/x-www-form-urlencoded',
  });
  const mfaSessionId = plant('unknown mfaSessionId', hex(20));
  await call('POST', '/api/v1/auth/mfa/verify', { body: { mfaSessionId, method: 'totp', code: '123456' } });
  await call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } });
  await call('POST', '/api/v1/auth/attempts', {
    as: 'demo-shop',
    body: { login: plant('unknown login', `nobody-${hex()}`), ...browser, outcome: 'failure' },
  });
}

/** Bodies, paths and headers that are refused, each with a canary where a careless message would repeat it. */
export async function sendNonsense({ call, plant, browser }: Stage, { userId, login }: Who): Promise<void> {
  const nonsense = (where: string) => plant(`nonsense in ${where}`, `zz${hex()}`);
  const as = 'demo-shop';
  const path = '/api/v1/auth/mfa/status/check';
  const body = { userId, ...browser };
  await call('POST', path, { as, body: { ...body, [nonsense('a property name')]: 1 } });
  await call('POST', path, { as, body: { ...body, ip: nonsense('ip') } });
  await call('POST', path, { as, body: { ...body, userId: nonsense('userId') } });
  await call('POST', path, { as, body: { ...body, clientId: `a${hex()}` } });
  await call('POST', path, { as, body: { ...body, fingerprint: [nonsense('an array')] } });
  await call('POST', path, { as, body: { ...body, primary: nonsense('primary') } });
  await call('POST', path, { as, body: { ...body, fingerprint: `${nonsense('text with NUL')}\0` } });
  await call('POST', path, { as, raw: `{"userId":"${nonsense('broken JSON')}` });
  await call('POST', path, { as, raw: `{"__proto__":"${nonsense('__proto__')}"}` });
  await call('POST', path, { as, raw: nonsense('a text body'), contentType: 'text/plain' });
  await call('POST', path, { as, raw: JSON.stringify({ [nonsense('a large body')]: 'x'.repeat(70_000) }) });
  await call('POST', path, { as, body, headers: { 'idempotency-key': `${nonsense('a key')} with blank` } });
  await call('POST', '/api/v1/auth/mfa/verify', {
    body: { mfaSessionId: nonsense('verify'), method: 'totp', code: nonsense('code') },
  });
  await call('GET', `/api/v1/${nonsense('a path')}?${nonsense('a query')}=1`);
  await call('GET', `/api/v1/admin/decisions/${nonsense('a decision id')}`, { as: 'operator' });
  await call('GET', `/api/v1/admin/decisions?userId=${nonsense('a filter')}`, { as: 'operator' });
  await call('GET', '/health/live', { headers: { 'x-request-id': nonsense('x-request-id') } });
  await call('GET', '/health/live', { headers: { 'x-forwarded-for': `198.19.${1 + randomInt(250)}.77` } });
  const rows = [
    `{"login":"${nonsense('an NDJSON line')}"`,
    JSON.stringify({ login, password: nonsense('a taken login'), totpSecret: randomSeed() }),
    JSON.stringify({ login: nonsense('a bad row'), totpSecret: nonsense('a bad seed') }),
  ];
  await call('POST', '/api/v1/users/import', {
    as: 'operator',
    raw: rows.join('\n'),
    contentType: 'application/x-ndjson',
  });
}
