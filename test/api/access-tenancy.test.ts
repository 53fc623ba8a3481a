/** Organizations are isolated: what belongs to one does not exist for another, for users and clients alike. */
import type { HttpAnswer } from '../support/http-client';
import { randomName } from './support/actors';
import {
  OF_AN_OBJECT,
  pathOf,
  titleOf,
  type GuardedEndpoint,
  type Objects,
} from './support/guarded-endpoints';
import { atPortal, personWithRoles, portalSignIn, signedInAs, type PortalUser } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization, type SecondOrganization } from './support/second-organization';

const product = useProduct();
let second: SecondOrganization;
let foreignAdmin: PortalUser;
let objects: Objects;

beforeAll(async () => {
  second = await secondOrganization(product);
  foreignAdmin = await atPortal(product, await personWithRoles(product, ['org-admin'], second.call));
  const who = await product.actors.person();
  const { body } = await product.actors.check(who);
  const { clientId } = await product.actors.application();
  objects = { userId: who.userId, clientId, decisionId: body['decisionId'] };
});

const request = (call: PortalUser['call'], endpoint: GuardedEndpoint): Promise<HttpAnswer> =>
  call(endpoint.method, pathOf(endpoint, objects), endpoint.body?.());

describe('an object of another organization', () => {
  it.each(OF_AN_OBJECT.map((endpoint) => [titleOf(endpoint), endpoint] as const))(
    'does not exist at %s, neither for an administrator nor for a client with every scope',
    async (_, endpoint) => {
      for (const call of [foreignAdmin.call, second.call]) {
        const answer = await request(call, endpoint);
        expect(answer.status).toBe(404);
        const absent = { userId: objects.userId.replace(/.{4}$/, 'AAAA') };
        const unknown = await call(
          endpoint.method,
          pathOf(endpoint, { ...objects, ...absent }),
          endpoint.body?.(),
        );
        if (endpoint.path.includes(':user')) expect(answer.body['code']).toBe(unknown.body['code']);
      }
    },
  );

  it('is in none of the lists, and asking for its organization is forbidden', async () => {
    const { rows } = await product.stack.database.pool.query<{ id: string }>(
      `select organization_id as id from users where id = $1`,
      [objects.userId],
    );
    for (const list of ['users', 'applications', 'admin/decisions', 'admin/audit']) {
      for (const call of [foreignAdmin.call, second.call]) {
        const answer = await call('GET', `/api/v1/${list}?limit=200`);
        expect(answer.status).toBe(200);
        for (const id of Object.values(objects)) expect(answer.text).not.toContain(id);
        const named = await call('GET', `/api/v1/${list}?organizationId=${rows[0]?.id ?? ''}`);
        expect([named.status, named.body['code']]).toEqual([403, 'forbidden']);
        const own = await call('GET', `/api/v1/${list}?organizationId=${second.id}`);
        expect(own.status).toBe(200);
      }
    }
  });

  it('cannot be made: users and applications are created in the own organization', async () => {
    const organizationId = 'org_AAAAAAAAAAAAAAAAAAAAAA';
    for (const call of [foreignAdmin.call, second.call]) {
      for (const [path, body] of [
        ['users', { login: randomName() }],
        ['applications', { name: 'x' }],
      ] as const) {
        const refused = await call('POST', `/api/v1/${path}`, { ...body, organizationId });
        expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
        const made = await call('POST', `/api/v1/${path}`, { ...body, organizationId: second.id });
        expect([made.status, made.body['organizationId']]).toEqual([201, second.id]);
      }
    }
  });
});

describe('a platform administrator', () => {
  it('reads and changes the objects of every organization, and creates in each', async () => {
    const platform = await signedInAs(product, 'platform-admin');
    const { body: made } = await second.call('POST', '/api/v1/users', { login: randomName() });
    const path = `/api/v1/users/${made['id']}`;
    expect((await platform.call('GET', path)).body['organizationId']).toBe(second.id);
    expect((await platform.call('PATCH', path, { groups: ['staff'] })).body['groups']).toEqual(['staff']);
    const body = { login: randomName(), organizationId: second.id };
    const created = await platform.call('POST', '/api/v1/users', body);
    expect((await second.call('GET', `/api/v1/users/${created.body['id']}`)).status).toBe(200);
    const nowhere = { login: randomName(), organizationId: 'org_ZZZZZZZZZZZZZZZZZZZZZZ' };
    expect((await platform.call('POST', '/api/v1/users', nowhere)).status).toBe(404);
  });

  it('lists everything, or one organization when asked to', async () => {
    const platform = await signedInAs(product, 'platform-admin');
    for (const list of ['users', 'applications', 'admin/audit']) {
      const property = list.split('/').at(-1)?.replace('audit', 'events') ?? '';
      const organizations = async (query: string) => {
        const answer = await platform.call('GET', `/api/v1/${list}?limit=200${query}`);
        const rows: { organizationId: string }[] = answer.body[property];
        return [...new Set(rows.map(({ organizationId }) => organizationId))].sort();
      };
      expect(await organizations('')).toEqual(['org_AAAAAAAAAAAAAAAAAAAAAA', second.id]);
      expect(await organizations(`&organizationId=${second.id}`)).toEqual([second.id]);
    }
  });
});

describe('a sign-in at a portal', () => {
  it('belongs to the organization of the user, not to that of the portal', async () => {
    const who = await personWithRoles(product, [], second.call);
    const { body } = await portalSignIn(product, who, { organizationId: second.id });
    const path = `/api/v1/admin/decisions/${body['decisionId']}`;
    expect((await foreignAdmin.call('GET', path)).body['userId']).toBe(who.userId);
    expect((await product.stack.call('GET', path, { as: 'operator' })).status).toBe(404);
    expect((await foreignAdmin.call('GET', `/api/v1/admin/audit?userId=${who.userId}`)).text).toContain(
      'MFA session created',
    );
  });

  it("is not opened or answered by another organization's gateway", async () => {
    const who = await product.actors.person();
    const opened = await product.actors.check(who, { clientId: 'user-portal' }, { at: second.operator });
    expect([opened.status, opened.body['code']]).toEqual([404, 'user_not_found']);
    const { body } = await product.actors.check(who, { clientId: 'user-portal' }, { as: 'operator' });
    const cancel = (call: SecondOrganization['call']) =>
      call('POST', '/api/v1/auth/mfa/session/cancel', { mfaSessionId: body['mfaSessionId'] });
    expect((await cancel(second.call)).status).toBe(401);
    const asOperator = (method: string, path: string, sent?: object) =>
      product.stack.call(method, path, { as: 'operator', body: sent });
    expect((await cancel(asOperator)).status).toBe(204);
  });

  it("is answered by a gateway of the user's organization", async () => {
    const who = await personWithRoles(product, [], second.call);
    const { body } = await portalSignIn(product, who, { organizationId: second.id });
    const path = '/api/v1/auth/mfa/session/cancel';
    expect((await second.call('POST', path, { mfaSessionId: body['mfaSessionId'] })).status).toBe(204);
  });
});
