/** A tenant from nothing: the platform founds it with an administrator, who is on his own from then on. */
import { randomName, randomSeed } from './support/actors';
import { PASSWORD } from './support/directory';
import { atPortal, signedInAs } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();
const ORGANIZATIONS = '/api/v1/organizations';
const found = (body: object, as = 'operator') => product.stack.call('POST', ORGANIZATIONS, { as, body });
const newAdmin = () => ({ login: randomName(), password: PASSWORD, totpSecret: randomSeed() });

async function organizationsCalled(name: string): Promise<number | null> {
  const { pool } = product.stack.database;
  return (await pool.query(`select 1 from organizations where name = $1`, [name])).rowCount;
}

describe('founding an organization', () => {
  it('with an administrator gives him a tenant of his own, and nothing beyond', async () => {
    const admin = newAdmin();
    const founded = await found({ name: 'Acme', admin });
    expect(founded.status).toBe(201);
    expect(founded.body).toMatchObject({
      id: expect.stringMatching(/^org_[A-Za-z0-9_-]{22}$/),
      name: 'Acme',
      suspended: false,
      admin: { login: admin.login, roles: ['org-admin'], organizationId: founded.body['id'] },
    });
    const who = { ...admin, userId: founded.body['admin'].id, fingerprint: randomName(), ip: '127.0.0.1' };
    const user = await atPortal(product, who, 'org-portal');

    const made = await user.call('POST', '/api/v1/applications', { name: 'Shop' });
    expect([made.status, made.body['organizationId']]).toEqual([201, founded.body['id']]);
    const listed = await user.call('GET', '/api/v1/applications');
    expect(listed.body['applications'].map(({ id }: { id: string }) => id)).toEqual([made.body['id']]);
    const users = await user.call('GET', '/api/v1/users');
    expect(users.body['users'].map(({ id }: { id: string }) => id)).toEqual([who.userId]);
    expect((await user.call('GET', '/api/v1/applications/demo-shop')).status).toBe(404);
    expect((await user.call('GET', ORGANIZATIONS)).status).toBe(403);

    const audit = await user.call('GET', '/api/v1/admin/audit');
    const events: { message: string; details: { by?: string } }[] = audit.body['events'];
    expect(events.slice(-2).map(({ message, details }) => [message, details.by])).toEqual([
      ['User created', 'operator'],
      ['Organization created', 'operator'],
    ]);
    // The platform's operator is a client of the first organization: no more than any other outside it.
    const path = `/api/v1/users/${who.userId}`;
    expect((await product.stack.call('GET', path, { as: 'operator' })).status).toBe(404);
  });

  it('works without an administrator, and for a platform administrator at a portal', async () => {
    const platform = await signedInAs(product, 'platform-admin');
    const founded = await platform.call('POST', ORGANIZATIONS, { name: 'Empty' });
    expect([founded.status, founded.body['admin']]).toEqual([201, undefined]);
    const body = { login: randomName(), organizationId: founded.body['id'], roles: ['org-admin'] };
    expect((await platform.call('POST', '/api/v1/users', body)).status).toBe(201);
  });

  it('founds nothing when the administrator is refused', async () => {
    const name = randomName();
    for (const change of [
      { totpSecret: '!'.repeat(20) },
      { password: 'x' },
      { nonsense: 1 },
      { login: '' },
    ]) {
      expect((await found({ name, admin: { ...newAdmin(), ...change } })).status).toBe(400);
    }
    expect(await organizationsCalled(name)).toBe(0);
  });

  it('needs the scope, and all that an administrator may do', async () => {
    const name = randomName();
    expect((await found({ name }, 'demo-shop')).status).toBe(403);
    const narrow = await product.actors.application({ scopes: ['organizations:write'] });
    const credentials = { as: narrow.clientId, clientSecret: narrow.clientSecret };
    const body = { name, admin: newAdmin() };
    expect((await product.stack.call('POST', ORGANIZATIONS, { ...credentials, body })).status).toBe(403);
    expect(await organizationsCalled(name)).toBe(0);
    expect((await product.stack.call('POST', ORGANIZATIONS, { ...credentials, body: { name } })).status).toBe(
      201,
    );
  });

  it('keeps the other roles of the administrator', async () => {
    const founded = await found({ name: 'Acme', admin: { ...newAdmin(), roles: ['label', 'org-admin'] } });
    expect(founded.body['admin'].roles).toEqual(['label', 'org-admin']);
  });
});

describe('the list of organizations', () => {
  it('is walked page by page, every one once', async () => {
    for (let n = 0; n < 3; n += 1) await found({ name: `Page ${n}` });
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = await product.stack.call('GET', `${ORGANIZATIONS}?limit=2${query}`, { as: 'operator' });
      expect(page.status).toBe(200);
      ids.push(...page.body['organizations'].map(({ id }: { id: string }) => id));
      cursor = page.body['nextCursor'];
    }
    const { rows } = await product.stack.database.pool.query(`select id from organizations`);
    expect(ids.sort()).toEqual(rows.map(({ id }) => id).sort());
  });
});
