/** Nobody gets more power than he has: not by granting, not by taking over, not by another's token. */
import { randomName, type Application } from './support/actors';
import { signInByPassword } from './support/directory';
import { atPortal, personWithRoles, signedInAs, type PortalUser } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();
const USERS = '/api/v1/users';
const APPLICATIONS = '/api/v1/applications';

type Call = PortalUser['call'];

async function clientWith(...scopes: string[]): Promise<{ at: Application; call: Call }> {
  const at = await product.actors.application({ scopes });
  const credentials = { as: at.clientId, clientSecret: at.clientSecret };
  return { at, call: (method, path, body) => product.stack.call(method, path, { ...credentials, body }) };
}

async function expectForbidden(call: Call, method: string, path: string, body?: object): Promise<void> {
  const answer = await call(method, path, body);
  expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
}

async function rolesOf(userId: string): Promise<readonly string[]> {
  const { body } = await product.stack.call('GET', `${USERS}/${userId}`, { as: 'operator' });
  return body['roles'];
}

describe('a client that may write users', () => {
  it.each(['developer', 'org-admin', 'platform-admin'])(
    'makes nobody a %s: created, changed, imported',
    async (role) => {
      const { at, call } = await clientWith('users:write');
      const roles = ['user', role];
      await expectForbidden(call, 'POST', USERS, { login: randomName(), roles });
      const who = await product.actors.person();
      await expectForbidden(call, 'PATCH', `${USERS}/${who.userId}`, { roles });
      expect(await rolesOf(who.userId)).toEqual([]);
      const imported = await product.stack.call('POST', `${USERS}/import`, {
        as: at.clientId,
        clientSecret: at.clientSecret,
        raw: `${JSON.stringify({ login: randomName(), roles })}\n${JSON.stringify({ login: randomName(), roles: ['user'] })}`,
        contentType: 'application/x-ndjson',
      });
      const [refused, taken] = imported.text.trim().split('\n');
      expect(JSON.parse(refused ?? '')).toMatchObject({ line: 1, error: { code: 'forbidden' } });
      expect(JSON.parse(taken ?? '')).toMatchObject({ line: 2, userId: expect.any(String) });
    },
  );

  it('gives labels of an application, which have no power', async () => {
    const { call } = await clientWith('users:write');
    const made = await call('POST', USERS, { login: randomName(), roles: ['editor', 'Org-Admin'] });
    expect(made.status).toBe(201);
  });

  it.each(['developer', 'org-admin', 'platform-admin'])('does not touch a %s', async (role) => {
    const { call } = await clientWith('users:write', 'factors:write', 'admin:write');
    const { userId, login } = await personWithRoles(product, [role]);
    for (const patch of [
      { password: 'a password of mine' },
      { email: 'me@evil.test' },
      { roles: [] },
      { login },
    ]) {
      await expectForbidden(call, 'PATCH', `${USERS}/${userId}`, patch);
    }
    await expectForbidden(call, 'DELETE', `${USERS}/${userId}`);
    for (const action of ['unlock', 'disable', 'enable', 'reset-factors', 'revoke-sessions']) {
      await expectForbidden(call, 'POST', `/api/v1/admin/users/${userId}/${action}`);
    }
    const totp = '/api/v1/auth/mfa/methods/totp';
    await expectForbidden(call, 'POST', `${totp}?userId=${userId}`);
    const confirm = `${totp}/mth_AAAAAAAAAAAAAAAAAAAAAA/confirm?userId=${userId}`;
    await expectForbidden(call, 'POST', confirm, { code: '123456' });
    expect(await rolesOf(userId)).toEqual([role]);
  });
});

describe('an organization administrator', () => {
  it('neither makes nor touches a platform administrator, but his equals', async () => {
    const admin = await signedInAs(product, 'org-admin');
    await expectForbidden(admin.call, 'POST', USERS, { login: randomName(), roles: ['platform-admin'] });
    const platform = await personWithRoles(product, ['platform-admin']);
    await expectForbidden(admin.call, 'PATCH', `${USERS}/${platform.userId}`, { groups: ['x'] });
    await expectForbidden(admin.call, 'DELETE', `${USERS}/${platform.userId}`);
    await expectForbidden(admin.call, 'POST', `/api/v1/admin/users/${platform.userId}/disable`);
    const equal = await personWithRoles(product, ['org-admin']);
    const demoted = await admin.call('PATCH', `${USERS}/${equal.userId}`, { roles: ['user'] });
    expect([demoted.status, demoted.body['roles']]).toEqual([200, ['user']]);
  });

  it('founds no organizations, and lists none', async () => {
    const admin = await signedInAs(product, 'org-admin');
    await expectForbidden(admin.call, 'POST', '/api/v1/organizations', { name: 'Mine' });
    await expectForbidden(admin.call, 'GET', '/api/v1/organizations');
  });
});

describe('scopes of an application', () => {
  it('are granted and taken away only by who has them', async () => {
    const developer = await signedInAs(product, 'developer');
    for (const scopes of [['gateway'], ['users:write'], ['admin:read'], ['factors:write']]) {
      await expectForbidden(developer.call, 'POST', APPLICATIONS, { name: 'x', scopes });
      const { clientId } = await product.actors.application();
      await expectForbidden(developer.call, 'PATCH', `${APPLICATIONS}/${clientId}`, { scopes });
    }
    await expectForbidden(developer.call, 'PATCH', `${APPLICATIONS}/operator`, { scopes: [] });
    const made = await developer.call('POST', APPLICATIONS, {
      name: 'x',
      scopes: ['applications:read', 'factors:read'],
    });
    expect([made.status, made.body['scopes']]).toEqual([201, ['applications:read', 'factors:read']]);
  });

  it('stay in the hands of those who have them: no secret of a mightier application is replaced', async () => {
    const developer = await signedInAs(product, 'developer');
    await expectForbidden(developer.call, 'POST', `${APPLICATIONS}/operator/secret`);
    expect((await product.stack.call('GET', USERS, { as: 'operator' })).status).toBe(200);
  });

  it('are those of the catalogue', async () => {
    for (const scopes of [['everything'], ['gateway', 'gateway'], 'gateway']) {
      const refused = await product.stack.call('POST', APPLICATIONS, {
        as: 'operator',
        body: { name: 'x', scopes },
      });
      expect(refused.status).toBe(400);
    }
  });
});

describe("an administrator's access token", () => {
  it('from an application that is no portal has no power, however fresh the proof', async () => {
    const who = await personWithRoles(product, ['platform-admin']);
    const { accessToken } = await signInByPassword(product, who);
    const headers = { authorization: `Bearer ${accessToken}` };
    for (const path of [USERS, APPLICATIONS, '/api/v1/admin/audit', '/api/v1/organizations']) {
      const answer = await product.stack.call('GET', path, { headers });
      expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
    }
  });

  it.each(['user-portal', 'developer-portal', 'admin-dashboard', 'org-portal'])(
    'works from %s',
    async (portal) => {
      const admin = await atPortal(product, await personWithRoles(product, ['org-admin']), portal);
      expect((await admin.call('GET', USERS)).status).toBe(200);
    },
  );

  it('is worth nothing once the session is revoked', async () => {
    const admin = await signedInAs(product, 'org-admin');
    expect((await admin.call('POST', '/api/v1/auth/sign-out')).status).toBe(204);
    expect((await admin.call('GET', USERS)).status).toBe(401);
  });

  it('is worth nothing once he is disabled or his organization suspended', async () => {
    const { pool } = product.stack.database;
    const admin = await signedInAs(product, 'org-admin');
    const { rows } = await pool.query<{ id: string }>(
      `insert into organizations (id, name, suspended) values ('org_CCCCCCCCCCCCCCCCCCCCCC', 'C', true) returning id`,
    );
    const move = `update users set organization_id = $2 where id = $1`;
    await pool.query(move, [admin.who.userId, rows[0]?.id]);
    expect((await admin.call('GET', USERS)).status).toBe(401);
    await pool.query(move, [admin.who.userId, 'org_AAAAAAAAAAAAAAAAAAAAAA']);
    expect((await admin.call('GET', USERS)).status).toBe(200);
    await pool.query(`update users set status = 'disabled' where id = $1`, [admin.who.userId]);
    expect((await admin.call('GET', USERS)).status).toBe(401);
  });

  it('loses at once what his roles lose', async () => {
    const [admin, peer] = [await signedInAs(product, 'org-admin'), await signedInAs(product, 'org-admin')];
    const path = `${USERS}/${admin.who.userId}`;
    expect((await peer.call('PATCH', path, { roles: ['developer'] })).status).toBe(200);
    await expectForbidden(admin.call, 'GET', USERS);
    expect((await admin.call('GET', APPLICATIONS)).status).toBe(200);
  });
});
