/** Users and applications end sessions, and a user disowns one that was a stranger's. */
import { totpCode } from '../support/totp';
import { persistently } from './support/patience';
import { useProduct } from './support/product';
import { passwordPerson, passwordSignIn, signInByPassword, type SignedIn } from './support/directory';
import { randomIp, randomName, type Person } from './support/actors';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const bearer = ({ accessToken }: Pick<SignedIn, 'accessToken'>) => ({
  headers: { authorization: `Bearer ${accessToken}` },
});
const call = (signedIn: SignedIn, method: string, path: string, body?: object) =>
  product.stack.call(method, `/api/v1/auth${path}`, { ...bearer(signedIn), ...(body && { body }) });
const status = async (signedIn: SignedIn) => (await call(signedIn, 'GET', '/sessions')).status;
const stepUp = (signedIn: SignedIn, { ip, fingerprint }: Person) =>
  call(signedIn, 'POST', '/mfa/step-up', {
    action: 'payment',
    context: { ip, fingerprint, userAgent: 'Mozilla/5.0 Firefox/140.0' },
  });
/** From another device, in another place. */
const elsewhere = (who: Person): Person => ({ ...who, fingerprint: randomName(), ip: randomIp() });
const auditTypes = async (userId: string) => {
  const audit = await product.stack.call('GET', `/api/v1/admin/audit?userId=${userId}`, { as: 'operator' });
  return audit.body['events'].map(({ type, reason }: { type: string; reason: string }) => [type, reason]);
};

describe('ending all other sessions', () => {
  it('leaves only the one that asks, and takes open challenges along', async () => {
    const who = await passwordPerson(product);
    const here = await signInByPassword(product, who);
    const there = await signInByPassword(product, elsewhere(who));
    const open = await passwordSignIn(product, elsewhere(who));
    expect((await call(here, 'DELETE', '/sessions')).status).toBe(204);
    expect(await status(here)).toBe(200);
    expect(await status(there)).toBe(401);
    await product.actors.forgetSpentCodes(who);
    expect((await product.actors.verify(open, totpCode(who.totpSecret))).status).toBe(401);
    expect(await auditTypes(who.userId)).toContainEqual(['session.ended', 'ended_by_user']);
  });
});

describe('a reported session', () => {
  it('ends; its device is forgotten; every other session owes fresh MFA, the reporting one too', async () => {
    const who = await passwordPerson(product);
    const mine = await signInByPassword(product, who);
    const other = await signInByPassword(product, elsewhere(who));
    const stranger = elsewhere(who);
    const theirs = await signInByPassword(product, stranger);
    expect((await call(mine, 'POST', `/sessions/${theirs.sessionId}/report`)).status).toBe(204);

    expect(await status(theirs)).toBe(401);
    for (const session of [mine, other]) {
      const refused = await call(session, 'GET', '/sessions');
      expect(refused.body['code']).toBe('fresh_mfa_required');
      expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"');
    }
    const { rows } = await product.stack.database.pool.query(
      `select (select jsonb_array_length(profile->'devices') from risk_profiles where user_id = $1) as devices,
         (select count(*)::int from trusted_devices where user_id = $1 and revoked_at is null) as trusted`,
      [who.userId],
    );
    expect(rows).toEqual([{ devices: 2, trusted: 2 }]);
    expect((await auditTypes(who.userId)).map(([type]: string[]) => type)).toContain('session.reported');
  });

  it('leaves a session open again after a step-up in it, and in it alone', async () => {
    const who = await passwordPerson(product);
    const mine = await signInByPassword(product, who);
    const theirs = await signInByPassword(product, elsewhere(who));
    const other = await signInByPassword(product, elsewhere(who));
    await call(mine, 'POST', `/sessions/${theirs.sessionId}/report`);
    const challenged = await stepUp(mine, who);
    // MFA was recently completed, but does not count any more.
    expect(challenged.body['stepUpRequired']).toBe(true);
    await product.actors.forgetSpentCodes(who);
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
    expect(await status(mine)).toBe(200);
    expect(await status(other)).toBe(401);
    expect((await stepUp(mine, who)).body['verified']).toBe(true);
  });

  it('of somebody else is not found', async () => {
    const mine = await signInByPassword(product, await passwordPerson(product));
    const theirs = await signInByPassword(product, await passwordPerson(product));
    expect((await call(mine, 'POST', `/sessions/${theirs.sessionId}/report`)).status).toBe(404);
    expect(await status(theirs)).toBe(200);
    expect(await status(mine)).toBe(200);
  });

  it('burns the receipts that its doubt reaches', async () => {
    const who = await passwordPerson(product);
    const mine = await signInByPassword(product, who);
    const theirs = await signInByPassword(product, elsewhere(who));
    const { body } = await stepUp(mine, who);
    await call(mine, 'POST', `/sessions/${theirs.sessionId}/report`);
    const redeemed = await product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', {
      as: 'demo-shop',
      body: { receipt: body['receipt'], action: 'payment' },
    });
    expect(redeemed.body['code']).toBe('receipt_invalid');
  });
});

describe('an application', () => {
  const look = (id: string, as = 'demo-shop', clientSecret?: string) =>
    product.stack.call('GET', `/api/v1/sessions/${id}`, { as, ...(clientSecret && { clientSecret }) });

  it('sees whether a session it opened still stands, and ends it', async () => {
    const who = await product.actors.person();
    const { body } = await product.actors.signInWithMfa(who);
    const id: string = body['sessionId'];
    const seen = await persistently(() => look(id));
    expect(seen.body).toMatchObject({ id, userId: who.userId, active: true, stepUpRequired: false });
    const ended = await product.stack.call('DELETE', `/api/v1/sessions/${id}`, { as: 'demo-shop' });
    expect(ended.status).toBe(204);
    expect((await look(id)).body['active']).toBe(false);
    expect(await auditTypes(who.userId)).toContainEqual(['session.ended', 'ended_by_application']);
  });

  it('knows nothing of the sessions of another one, a gateway those of its organization only', async () => {
    const { body } = await product.actors.signInWithMfa(await product.actors.person());
    const id: string = body['sessionId'];
    const other = await product.actors.application();
    expect((await look(id, other.clientId, other.clientSecret)).status).toBe(404);
    expect((await look(id, 'operator')).status).toBe(200);
    const second = await secondOrganization(product);
    expect((await second.call('GET', `/api/v1/sessions/${id}`)).status).toBe(404);
  });
});
