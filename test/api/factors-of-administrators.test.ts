/** The factors that guard the portals are changed there only; a token is no way to another token. */
import { passwordPerson, signInByPassword } from './support/directory';
import { atPortal, personWithRoles } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();
const TOTP = '/api/v1/auth/mfa/methods/totp';

describe('an application that an administrator signs in to', () => {
  it.each(['developer', 'org-admin', 'platform-admin'])(
    'cannot replace the factors of a %s with his token, however fresh his MFA is',
    async (role) => {
      const who = await personWithRoles(product, [role]);
      const { accessToken } = await signInByPassword(product, who);
      const headers = { authorization: `Bearer ${accessToken}` };
      const refused = await product.stack.call('POST', TOTP, { headers });
      expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
      expect((await (await atPortal(product, who)).call('POST', TOTP)).status).toBe(201);
    },
  );

  it('may change those of a user without power over others', async () => {
    const { accessToken } = await signInByPassword(product, await passwordPerson(product));
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await product.stack.call('POST', TOTP, { headers })).status).toBe(201);
  });
});

describe('the token of a client', () => {
  it('earns no other token: a stolen one ends with its hour', async () => {
    const form = {
      raw: 'grant_type=client_credentials',
      contentType: 'application/x-www-form-urlencoded',
    };
    const ask = (headers: Record<string, string>) =>
      product.stack.call('POST', '/api/v1/oauth/token', { ...form, headers });
    const first = await product.stack.call('POST', '/api/v1/oauth/token', { ...form, as: 'operator' });
    expect(first.status).toBe(200);
    const second = await ask({ authorization: `Bearer ${first.body['access_token']}` });
    expect([second.status, second.body['error']]).toEqual([401, 'invalid_client']);
  });
});
