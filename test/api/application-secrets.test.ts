/** Replacing the secret of an application: the new one is shown once, the old one and its tokens are dead at once. */
import type { Application } from './support/actors';
import { signedInAs } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false });
const rotate = (clientId: string, as = 'operator') =>
  product.stack.call('POST', `/api/v1/applications/${clientId}/secret`, { as });

const statusWith = async ({ clientId, clientSecret }: Application) =>
  (await product.stack.call('GET', '/api/v1/users', { as: clientId, clientSecret })).status;

async function tokenOf({ clientId, clientSecret }: Application): Promise<() => Promise<number>> {
  const issued = await product.stack.call('POST', '/api/v1/oauth/token', {
    as: clientId,
    clientSecret,
    raw: 'grant_type=client_credentials',
    contentType: 'application/x-www-form-urlencoded',
  });
  expect(issued.status).toBe(200);
  const headers = { authorization: `Bearer ${issued.body['access_token']}` };
  return async () => (await product.stack.call('GET', '/api/v1/users', { headers })).status;
}

describe('a new secret', () => {
  it('is valid at once, and the old one is not, nor is any token made from it', async () => {
    const old = await product.actors.application({ scopes: ['users:read'] });
    const oldToken = await tokenOf(old);
    expect([await statusWith(old), await oldToken()]).toEqual([200, 200]);
    const rotated = await rotate(old.clientId);
    expect([rotated.status, rotated.body['clientId']]).toEqual([200, old.clientId]);
    const renewed = { ...old, clientSecret: String(rotated.body['clientSecret']) };
    expect([await statusWith(old), await oldToken()]).toEqual([401, 401]);
    expect([await statusWith(renewed), await (await tokenOf(renewed))()]).toEqual([200, 200]);
  });

  it('is shown once and stored nowhere', async () => {
    const { clientId } = await product.actors.application();
    const { clientSecret } = (await rotate(clientId)).body;
    const read = await product.stack.call('GET', `/api/v1/applications/${clientId}`, { as: 'operator' });
    expect(read.text).not.toContain(clientSecret);
    const { rows } = await product.stack.database.pool.query<{ row: string }>(
      `select a::text as row from applications a where client_id = $1`,
      [clientId],
    );
    expect(rows[0]?.row).not.toContain(clientSecret);
  });

  it('replaces the one before it: of several at once one is left', async () => {
    const { clientId } = await product.actors.application({ scopes: ['users:read'] });
    const answers = await Promise.all([rotate(clientId), rotate(clientId), rotate(clientId)]);
    const secrets = answers.map(({ body }) => String(body['clientSecret']));
    const statuses = await Promise.all(secrets.map((clientSecret) => statusWith({ clientId, clientSecret })));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('is audited with who asked for it', async () => {
    const developer = await signedInAs(product, 'developer');
    const { clientId } = await product.actors.application();
    expect((await developer.call('POST', `/api/v1/applications/${clientId}/secret`)).status).toBe(200);
    const query = `type=application.secret_rotated&clientId=${clientId}`;
    const audit = await product.stack.call('GET', `/api/v1/admin/audit?${query}`, { as: 'operator' });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        message: 'Application secret rotated',
        details: { by: developer.who.userId },
      }),
    ]);
  });

  it('is not given to what has none: portals and public clients', async () => {
    const { clientId } = await product.actors.application({ public: true });
    for (const id of [clientId, 'user-portal', 'admin-dashboard']) {
      expect((await rotate(id)).status).toBe(400);
    }
  });

  it('needs the scope', async () => {
    expect((await rotate('demo-shop', 'demo-shop')).status).toBe(403);
  });
});

describe('scopes of an application', () => {
  const patch = (clientId: string, body: object) =>
    product.stack.call('PATCH', `/api/v1/applications/${clientId}`, { as: 'operator', body });

  it('are shown, and a change is in force at once, for tokens too', async () => {
    const at = await product.actors.application({ scopes: ['users:read'] });
    const token = await tokenOf(at);
    expect((await patch(at.clientId, { scopes: ['factors:read'] })).body['scopes']).toEqual(['factors:read']);
    expect([await statusWith(at), await token()]).toEqual([403, 403]);
  });

  it('of portals are fixed', async () => {
    for (const body of [{ scopes: ['users:read'] }, { scopes: [] }]) {
      expect((await patch('org-portal', body)).body['code']).toBe('policy_fixed');
    }
  });
});
