/** Who may register a passkey: the same callers as for every factor, each for its own challenge only. */
import { atPortal, personWithRoles, proofIsStale, signedInAs } from './support/portals';
import { createPasskeyActs, newAuthenticator, PASSKEYS } from './support/passkeys';
import { codeIn, noticesTo } from './support/notices';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const { answerWith, call, owner, sql } = createPasskeyActs(product);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('who may register', () => {
  it('a user with fresh MFA, and nobody whose MFA is stale', async () => {
    const user = await signedInAs(product, 'user');
    const authenticator = newAuthenticator();
    const options = await user.call('POST', `${PASSKEYS}/options`);
    await proofIsStale(product, user);
    const credential = authenticator.create(options.body);
    const refused = await user.call('POST', PASSKEYS, { credential });
    expect([refused.status, refused.body['code']]).toEqual([401, 'fresh_mfa_required']);
    expect((await user.call('POST', `${PASSKEYS}/options`)).status).toBe(401);
  });

  it("a session only for its own challenge, not for another session's of the same user", async () => {
    const who = await personWithRoles(product, ['user']);
    const [first, second] = [await atPortal(product, who), await atPortal(product, who)];
    const options = await first.call('POST', `${PASSKEYS}/options`);
    const credential = newAuthenticator().create(options.body);
    expect((await second.call('POST', PASSKEYS, { credential })).status).toBe(401);
    expect((await first.call('POST', PASSKEYS, { credential })).status).toBe(201);
  });

  it('the holder of an enrolment token, for the first method and no other', async () => {
    const who = await product.actors.person({ method: false, email: 'first@example.org' });
    const app = await product.actors.application({
      settings: { whenNoMethod: 'enroll' },
      mfaPolicy: 'always',
    });
    const refusal = await product.actors.check(who, {}, { at: app });
    const { enrollmentSessionId } = refusal.body;
    await call('POST', '/api/v1/auth/mfa/enrollment/email', { body: { enrollmentSessionId } });
    const code = codeIn((await noticesTo(product, who))[0]);
    const granted = await call('POST', '/api/v1/auth/mfa/enrollment/confirm', {
      body: { enrollmentSessionId, code },
    });
    const token = bearer(granted.body['enrollmentToken']);
    const options = await call('POST', `${PASSKEYS}/options`, token);
    expect(options.status).toBe(201);
    const authenticator = newAuthenticator();
    const credential = authenticator.create(options.body);
    expect((await call('POST', PASSKEYS, { ...token, body: { credential } })).status).toBe(201);
    expect((await call('POST', `${PASSKEYS}/options`, token)).status).toBe(401);
    const challenge = await product.actors.check(who, {}, { at: app });
    expect((await answerWith(challenge, authenticator)).status).toBe(200);
  });

  it('a client with the scope, for a user of its organization', async () => {
    const who = await product.actors.person({ method: false });
    const path = `${PASSKEYS}/options?userId=${who.userId}`;
    expect((await call('POST', path, { as: 'demo-shop' })).body['code']).toBe('forbidden');
    expect((await call('POST', path)).status).toBe(401);
    const second = await secondOrganization(product);
    expect((await second.call('POST', path)).body['code']).toBe('user_not_found');
  });

  it('an administrator who removes the factors of a user removes passkeys too', async () => {
    const { who } = await owner();
    const reset = await call('POST', `/api/v1/admin/users/${who.userId}/reset-factors`, { as: 'operator' });
    expect(reset.status).toBe(204);
    expect((await sql('select 1 from passkeys where user_id = $1', who.userId)).rowCount).toBe(0);
  });
});
