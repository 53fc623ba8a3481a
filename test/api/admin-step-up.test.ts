/** An administrator's change needs fresh MFA in the session that makes it; reading does not. */
import { totpCode } from '../support/totp';
import { randomName } from './support/actors';
import { GUARDED, pathOf, titleOf } from './support/guarded-endpoints';
import { atPortal, proofIsStale, signedInAs, type PortalUser } from './support/portals';
import { useProduct } from './support/product';

const product = useProduct();
const CHALLENGE =
  'Bearer error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="300"';
const NOBODY = {
  userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA',
  clientId: 'no-such-application',
  decisionId: 'dec_AAAAAAAAAAAAAAAAAAAAAA',
};

/** Steps up as a portal does it; returns the status of the code's verification. */
async function stepUp({ call, who }: PortalUser): Promise<number> {
  const context = { ip: who.ip, fingerprint: who.fingerprint };
  const asked = await call('POST', '/api/v1/auth/mfa/step-up', { action: 'change-password', context });
  expect(asked.body['stepUpRequired']).toBe(true);
  await product.actors.forgetSpentCodes(who);
  return (await product.actors.verify(asked, totpCode(who.totpSecret))).status;
}

describe('a change by an administrator', () => {
  it('is refused with a stale proof, and the same request passes after a step-up', async () => {
    const admin = await signedInAs(product, 'org-admin');
    const { userId } = await product.actors.person();
    const change = () => admin.call('PATCH', `/api/v1/users/${userId}`, { groups: ['staff'] });
    expect((await change()).status).toBe(200);
    await proofIsStale(product, admin);
    const refused = await change();
    expect([refused.status, refused.body['code']]).toEqual([401, 'fresh_mfa_required']);
    expect(refused.headers.get('www-authenticate')).toBe(CHALLENGE);
    expect(await stepUp(admin)).toBe(200);
    expect((await change()).status).toBe(200);
  });

  it('is not made fresh by a proof in another session of the same administrator', async () => {
    const admin = await signedInAs(product, 'org-admin');
    await proofIsStale(product, admin);
    const elsewhere = await atPortal(product, { ...admin.who, fingerprint: randomName() });
    const body = { login: randomName() };
    expect((await admin.call('POST', '/api/v1/users', body)).body['code']).toBe('fresh_mfa_required');
    expect((await elsewhere.call('POST', '/api/v1/users', body)).status).toBe(201);
  });

  const changes = GUARDED.filter(({ method }) => method !== 'GET');
  it.each(changes.map((endpoint) => [titleOf(endpoint), endpoint] as const))(
    'by %s is no exception',
    async (_, endpoint) => {
      const admin = await signedInAs(product, 'platform-admin');
      await proofIsStale(product, admin);
      const refused = await admin.call(endpoint.method, pathOf(endpoint, NOBODY), endpoint.body?.());
      expect([refused.status, refused.body['code']]).toEqual([401, 'fresh_mfa_required']);
      expect(refused.headers.get('www-authenticate')).toBe(CHALLENGE);
    },
  );
});

describe('reading by an administrator', () => {
  it('works with a proof of any age', async () => {
    const admin = await signedInAs(product, 'platform-admin');
    await proofIsStale(product, admin);
    for (const list of ['users', 'applications', 'organizations', 'admin/decisions', 'admin/audit']) {
      expect((await admin.call('GET', `/api/v1/${list}`)).status).toBe(200);
    }
  });
});

describe('a change by a user without the role', () => {
  it('is forbidden, not referred to a step-up that would not help', async () => {
    const user = await signedInAs(product, 'user');
    await proofIsStale(product, user);
    const refused = await user.call('POST', '/api/v1/users', { login: randomName() });
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
  });
});
