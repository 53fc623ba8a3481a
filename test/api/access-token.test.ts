/** What a client's access token is worth, and what is none. */
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { PERMISSIONS } from '../../domain/access/permissions';
import { createTokens } from '../../runtime/tokens';
import { useProduct } from './support/product';

const product = useProduct();

const use = (token: string, path = '/api/v1/users?limit=1') =>
  product.stack.call('GET', path, { headers: { authorization: `Bearer ${token}` } });

async function tokenOf(form: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await product.stack.call('POST', '/api/v1/oauth/token', {
    as: 'operator',
    raw: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
    contentType: 'application/x-www-form-urlencoded',
  });
  return answer.body['access_token'];
}

describe('an access token', () => {
  it('loses the scopes that its client loses', async () => {
    const token = await tokenOf();
    const { pool } = product.stack.database;
    const set = (scopes: readonly string[]) =>
      pool.query(`update applications set scopes = $1 where client_id = 'operator'`, [scopes]);
    await set(PERMISSIONS.filter((scope) => !scope.startsWith('users:')));
    try {
      expect((await use(token)).status).toBe(403);
    } finally {
      await set(PERMISSIONS);
    }
    expect((await use(token)).status).toBe(200);
  });

  it('does not gain the scopes that its client gains', async () => {
    const token = await tokenOf({ scope: 'factors:read' });
    expect((await use(token)).status).toBe(403);
  });

  it('with a bit changed anywhere is worth nothing', async () => {
    const token = await tokenOf();
    const parts = token.split('.');
    for (const at of [0, 1, 2]) {
      const part = parts[at] ?? '';
      const middle = Math.floor(part.length / 2);
      const flipped = part[middle] === 'A' ? 'B' : 'A';
      const changed = part.slice(0, middle) + flipped + part.slice(middle + 1);
      expect((await use(parts.with(at, changed).join('.'))).status).toBe(401);
    }
    expect((await use(`${token}.`)).status).toBe(401);
    expect((await use(token.slice(0, -10))).status).toBe(401);
  });

  it('made by somebody else is worth nothing: alg none, own key, a key of our id', async () => {
    const claims = { sub: 'operator', client_id: 'operator', scope: PERMISSIONS.join(' ') };
    const issuer = product.stack.config.PUBLIC_URL;
    const [ours] = (await product.stack.deps.tokens.jwks()).keys;
    const none = new UnsecuredJWT(claims)
      .setIssuer(issuer)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('1h');
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: String(ours?.['kid']) })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
    for (const token of [none.encode(), forged]) expect((await use(token)).status).toBe(401);
  });

  it('is not a receipt: neither can stand for the other', async () => {
    const verified = await product.actors.signInWithMfa(await product.actors.person());
    expect((await use(verified.body['receipt'])).status).toBe(401);
    expect((await use(verified.body['receipt'], '/api/v1/auth/mfa/status')).status).toBe(401);
  });

  it('that has expired is worth nothing', async () => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_700_000);
    const claims = { subject: 'operator', clientId: 'operator', scope: PERMISSIONS.join(' ') };
    const token = await product.stack.deps.tokens.signAccessToken(claims).finally(() => clock.mockRestore());
    expect((await use(token)).status).toBe(401);
  });

  it('names the authorization server of its deployment only', async () => {
    const { pool, keys } = product.stack.deps;
    const foreign = await createTokens(pool, keys, { issuer: 'http://elsewhere.test' });
    const claims = { subject: 'operator', clientId: 'operator', scope: PERMISSIONS.join(' ') };
    expect((await use(await foreign.signAccessToken(claims))).status).toBe(401);
  });
});

describe('Basic credentials', () => {
  it.each([
    'Basic',
    'Basic ',
    'Basic !!!!',
    'Basic bm9jb2xvbg==',
    'Basic Og==',
    `Basic ${Buffer.from('operator:wrong').toString('base64')}`,
    `Basic ${Buffer.from('OPERATOR:operator-secret').toString('base64')}`,
    `Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`,
    'Bearer',
    'Bearer x',
    'Digest username="operator"',
    `Basic ${'A'.repeat(4_000)}`,
    `Bearer ${'a'.repeat(5_000)}`,
  ])('of the form %s are 401 with a challenge', async (authorization) => {
    const answer = await product.stack.call('GET', '/api/v1/users', { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.body['code']).toBe('unauthorized');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
  });
});
