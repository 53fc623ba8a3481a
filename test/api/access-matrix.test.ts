/** Who may call what: every role and every scope against every endpoint, from one table. */
import { PERMISSIONS } from '../../domain/access/permissions';
import type { Application } from './support/actors';
import { GUARDED, pathOf, titleOf, type GuardedEndpoint, type Objects } from './support/guarded-endpoints';
import { signedInAs, type PortalUser } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();

async function objects(): Promise<Objects> {
  const { actors } = product;
  const who = await actors.person();
  const answer = await actors.check(who);
  const { clientId } = await actors.application();
  return { userId: who.userId, clientId, decisionId: answer.body['decisionId'] };
}

async function request(endpoint: GuardedEndpoint, credentials: object) {
  const { method, body } = endpoint;
  const isStream = endpoint.path.endsWith('/import');
  return product.stack.call(method, pathOf(endpoint, await objects()), {
    ...credentials,
    ...(body && { raw: `${JSON.stringify(body())}\n` }),
    ...(isStream && { contentType: 'application/x-ndjson' }),
  });
}

describe.each(['user', 'developer', 'org-admin', 'platform-admin', 'a-label-of-some-application'])(
  'a user with the role %s',
  (role) => {
    let user: PortalUser;
    beforeAll(async () => {
      user = await signedInAs(product, role);
    });

    it.each(GUARDED.map((endpoint) => [titleOf(endpoint), endpoint] as const))(
      'at %s',
      async (_, endpoint) => {
        const headers = { authorization: `Bearer ${user.accessToken}` };
        const answer = await request(endpoint, { headers });
        if (endpoint.roles.includes(role))
          expect([answer.status, answer.text]).toEqual([endpoint.status, answer.text]);
        else expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
      },
    );
  },
);

describe('a client', () => {
  const withScopes = async (scopes: readonly string[]): Promise<Application> =>
    product.actors.application({ scopes });
  const credentials = ({ clientId, clientSecret }: Application) => ({ as: clientId, clientSecret });

  it.each(GUARDED.map((endpoint) => [titleOf(endpoint), endpoint] as const))(
    'needs exactly the scope of %s',
    async (_, endpoint) => {
      const { permission } = endpoint;
      // To touch an application one has to hold what it may do: `factors:read`, which every client may pass on.
      const holder = await withScopes([permission]);
      const allowed = await request(endpoint, credentials(holder));
      expect([allowed.status, allowed.text]).toEqual([endpoint.status, allowed.text]);
      const writing = permission.replace(':read', ':write');
      const others = PERMISSIONS.filter((other) => ![permission, writing].includes(other));
      const refused = await request(endpoint, credentials(await withScopes(others)));
      expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
    },
  );

  it('that may write may read', async () => {
    const holder = await withScopes(['users:write']);
    const answer = await product.stack.call('GET', '/api/v1/users', credentials(holder));
    expect(answer.status).toBe(200);
  });
});

describe('nobody', () => {
  it.each(GUARDED.map((endpoint) => [titleOf(endpoint), endpoint] as const))(
    'gets in at %s without credentials, or with wrong ones',
    async (_, endpoint) => {
      expect((await request(endpoint, {})).status).toBe(401);
      const headers = { authorization: 'Bearer nonsense' };
      expect((await request(endpoint, { headers })).status).toBe(401);
    },
  );
});
