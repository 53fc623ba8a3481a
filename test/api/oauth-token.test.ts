/** Client credentials: who gets an access token, and what one is worth. */
import { PERMISSIONS } from '../../domain/access/permissions';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false });
const PATH = '/api/v1/oauth/token';

type Form = Readonly<Record<string, string>>;
const GRANT = { grant_type: 'client_credentials' };
const OPERATOR = { client_id: 'operator', client_secret: 'operator-secret' };

/** `as` authenticates by Basic, credentials in the form by post. */
const ask = (form: Form | string, as?: string) =>
  product.stack.call('POST', PATH, {
    ...(as !== undefined && { as }),
    raw: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
const use = (token: string, path = '/api/v1/users?limit=1') =>
  product.stack.call('GET', path, { headers: { authorization: `Bearer ${token}` } });

describe('the token endpoint', () => {
  it('gives a token with every scope of the client, for an hour', async () => {
    const answer = await ask(GRANT, 'operator');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: PERMISSIONS.join(' '),
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await use(answer.body['access_token'])).status).toBe(200);
  });

  it('accepts credentials in the form as well as Basic, but not both', async () => {
    expect((await ask({ ...GRANT, ...OPERATOR })).status).toBe(200);
    expect((await ask({ ...GRANT, ...OPERATOR }, 'operator')).body['error']).toBe('invalid_client');
  });

  it('gives the scopes asked for and no more', async () => {
    const answer = await ask({ ...GRANT, scope: 'users:read' }, 'operator');
    expect(answer.body['scope']).toBe('users:read');
    const token: string = answer.body['access_token'];
    expect((await use(token)).status).toBe(200);
    expect((await use(token, '/api/v1/admin/audit')).status).toBe(403);
  });

  it('refuses a scope that the client does not have', async () => {
    for (const scope of ['users:write', 'factors:read users:write', 'no-such-scope']) {
      const answer = await ask({ ...GRANT, scope }, 'demo-shop');
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_scope']);
    }
  });

  it.each([
    ['a wrong secret', { ...OPERATOR, client_secret: 'wrong' }],
    ['an unknown client', { ...OPERATOR, client_id: 'nobody' }],
    ['a client without secret', { client_id: 'user-portal', client_secret: '' }],
    ['no credentials', {}],
    ['a NUL in the id', { ...OPERATOR, client_id: 'a\0b' }],
    ['a very long secret', { ...OPERATOR, client_secret: 'x'.repeat(10_000) }],
  ])('answers %s with invalid_client', async (_name, credentials) => {
    const answer = await ask({ ...GRANT, ...credentials });
    expect(answer.status).toBeLessThan(500);
    expect(['invalid_client', 'invalid_request']).toContain(answer.body['error']);
    expect(answer.body['access_token']).toBeUndefined();
  });

  it('challenges by WWW-Authenticate', async () => {
    const answer = await ask(GRANT);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(answer.body).toEqual({
      error: 'invalid_client',
      error_description: 'Client authentication failed.',
    });
  });

  it.each(['password', 'authorization_code', '', undefined])(
    'refuses the grant type %s',
    async (grant_type) => {
      const answer = await ask(grant_type === undefined ? {} : { grant_type }, 'operator');
      expect([answer.status, answer.body['error']]).toEqual([400, 'unsupported_grant_type']);
    },
  );

  it('refuses a JSON body, no body and repeated parameters, in OAuth form', async () => {
    const answers = [
      await product.stack.call('POST', PATH, { as: 'operator', body: GRANT }),
      await product.stack.call('POST', PATH, { as: 'operator' }),
      await ask('grant_type=client_credentials&grant_type=client_credentials', 'operator'),
      await product.stack.call('POST', PATH, { as: 'operator', raw: 'x', contentType: 'text/plain' }),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
    }
  });

  it('refuses a client that was deactivated, or whose organization was suspended', async () => {
    const { clientId, clientSecret } = await product.actors.application();
    const credentials = { ...GRANT, client_id: clientId, client_secret: clientSecret };
    const { body } = await ask(credentials);
    const { pool } = product.stack.database;
    await pool.query(`update applications set active = false where client_id = $1`, [clientId]);
    expect((await ask(credentials)).status).toBe(401);
    // Its tokens are worth nothing either.
    expect((await use(body['access_token'], '/api/v1/auth/mfa/status')).status).toBe(401);
  });
});
