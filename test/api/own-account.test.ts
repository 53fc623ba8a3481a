/** An administrator cannot lock himself out or give himself another role. */
import { randomSeed } from './support/actors';
import { PASSWORD, passwordSignIn } from './support/directory';
import { signedInAs } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();
const USERS = '/api/v1/users';

describe('the own account', () => {
  it('is not disabled, deleted or given other roles by its owner', async () => {
    const admin = await signedInAs(product, 'org-admin');
    const { userId } = admin.who;
    for (const [method, path, body] of [
      ['POST', `/api/v1/admin/users/${userId}/disable`, undefined],
      ['DELETE', `${USERS}/${userId}`, undefined],
      ['PATCH', `${USERS}/${userId}`, { roles: ['user'] }],
    ] as const) {
      const refused = await admin.call(method, path, body);
      expect([refused.status, refused.body['code']]).toEqual([409, 'own_account']);
    }
    const { body } = await admin.call('GET', `${USERS}/${userId}`);
    expect(body).toMatchObject({ status: 'active', roles: ['org-admin'] });
  });

  it('is changed otherwise; the same roles in another order are no change', async () => {
    const admin = await signedInAs(product, 'org-admin', 'label');
    const path = `${USERS}/${admin.who.userId}`;
    const changed = await admin.call('PATCH', path, { groups: ['staff'], roles: ['label', 'org-admin'] });
    expect([changed.status, changed.body['groups']]).toEqual([200, ['staff']]);
    // A token that was left open is no way to take the account over.
    for (const patch of [{ password: `${PASSWORD} ${randomSeed()}` }, { email: 'thief@example.org' }])
      expect((await admin.call('PATCH', path, patch)).body['code']).toBe('own_account');
    expect((await passwordSignIn(product, admin.who)).status).toBe(200);
  });
});
