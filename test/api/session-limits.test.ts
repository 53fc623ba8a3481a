/** Sessions end by themselves: by age, and by idleness where the tokens are ours. */
import { decodeJwt } from 'jose';
import { useProduct } from './support/product';
import { passwordPerson, signInByPassword, type SignedIn } from './support/directory';

const product = useProduct();
const bearer = ({ accessToken }: SignedIn) => ({ headers: { authorization: `Bearer ${accessToken}` } });
const list = (signedIn: SignedIn) => product.stack.call('GET', '/api/v1/auth/sessions', bearer(signedIn));
const sql = (text: string, values: unknown[]) => product.stack.database.pool.query(text, values);

/** Makes a session older, and as long unused, as told. */
const ages = ({ sessionId }: SignedIn, change: { hours?: number; idleMinutes?: number }) =>
  sql(
    `update sessions set created_at = created_at - make_interval(hours => $2),
       expires_at = expires_at - make_interval(hours => $2),
       last_seen_at = last_seen_at - make_interval(mins => $3) where id = $1`,
    [sessionId, change.hours ?? 0, change.idleMinutes ?? 0],
  );

describe('a session with our access tokens', () => {
  it('is over 24 hours after it began, however busy it was', async () => {
    const signedIn = await signInByPassword(product, await passwordPerson(product));
    await ages(signedIn, { hours: 23 });
    expect((await list(signedIn)).status).toBe(200);
    await ages(signedIn, { hours: 1 });
    expect((await list(signedIn)).status).toBe(401);
  });

  it('is over after an hour without a request', async () => {
    const signedIn = await signInByPassword(product, await passwordPerson(product));
    await ages(signedIn, { idleMinutes: 59 });
    expect((await list(signedIn)).status).toBe(200);
    await ages(signedIn, { idleMinutes: 61 });
    expect((await list(signedIn)).status).toBe(401);
    // Late requests do not bring it back.
    expect((await list(signedIn)).status).toBe(401);
  });

  it('is kept alive by requests', async () => {
    const signedIn = await signInByPassword(product, await passwordPerson(product));
    for (let hour = 0; hour < 3; hour += 1) {
      await ages(signedIn, { idleMinutes: 55 });
      expect((await list(signedIn)).status).toBe(200);
    }
  });

  it('that is over approves no step-up, renews no token, redeems no receipt', async () => {
    const who = await passwordPerson(product);
    const signedIn = await signInByPassword(product, who);
    const context = { ip: who.ip, fingerprint: who.fingerprint, userAgent: 'Mozilla/5.0 Firefox/140.0' };
    const stepUp = () =>
      product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
        ...bearer(signedIn),
        body: { action: 'payment', context },
      });
    const approved = await stepUp();
    expect(approved.body['verified']).toBe(true);
    await ages(signedIn, { hours: 24 });
    expect((await stepUp()).status).toBe(401);
    const renewed = await product.stack.call('POST', '/api/v1/auth/sessions/renew', bearer(signedIn));
    expect(renewed.status).toBe(401);
    const redeemed = await product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', {
      as: 'demo-shop',
      body: { receipt: approved.body['receipt'], action: 'payment' },
    });
    expect(redeemed.body['code']).toBe('receipt_invalid');
  });

  it('says in its tokens what was proven, and that none outlives it', async () => {
    const signedIn = await signInByPassword(product, await passwordPerson(product));
    expect(decodeJwt(signedIn.accessToken)).toMatchObject({
      acr: 'urn:zewstid:acr:mfa',
      amr: ['pwd', 'rba', 'otp', 'mfa'],
      sid: signedIn.sessionId,
    });
    await ages(signedIn, { hours: 23 });
    await sql(`update sessions set expires_at = expires_at - interval '50 minutes' where id = $1`, [
      signedIn.sessionId,
    ]);
    const renewed = await product.stack.call('POST', '/api/v1/auth/sessions/renew', bearer(signedIn));
    expect(renewed.body['expiresIn']).toBeLessThanOrEqual(600);
    const { iat = 0, exp = 0, auth_time: at } = decodeJwt(renewed.body['accessToken']);
    expect(exp - iat).toBe(renewed.body['expiresIn']);
    expect(at).toBe(decodeJwt(signedIn.receipt)['auth_time']);
  });

  it('gives a new token for a valid one', async () => {
    const signedIn = await signInByPassword(product, await passwordPerson(product));
    const renewed = await product.stack.call('POST', '/api/v1/auth/sessions/renew', bearer(signedIn));
    expect(renewed.status).toBe(200);
    expect(renewed.body['accessToken']).not.toBe(signedIn.accessToken);
    expect((await list({ ...signedIn, accessToken: renewed.body['accessToken'] })).status).toBe(200);
  });
});

describe('the limits of an application', () => {
  it('hold for its sessions, which then end sooner or later than others', async () => {
    const at = await product.actors.application({ settings: { sessionMaxHours: 2, sessionIdleMinutes: 5 } });
    const who = await product.actors.person();
    const verified = await product.actors.signInWithMfa(who, {}, { at });
    const { rows } = await sql(
      `select round(extract(epoch from expires_at - created_at))::int as seconds, idle_seconds as idle
       from sessions where id = $1`,
      [verified.body['sessionId']],
    );
    // Its own tokens are not seen here, so idleness cannot be.
    expect(rows).toEqual([{ seconds: 7_200, idle: null }]);
  });

  it.each([
    ['sessionMaxHours', 0],
    ['sessionMaxHours', 721],
    ['sessionMaxHours', 1.5],
    ['sessionIdleMinutes', 4],
    ['sessionIdleMinutes', '60'],
  ])('%s cannot be %p', async (name, value) => {
    const body = { name: 'x', settings: { [name]: value } };
    const refused = await product.stack.call('POST', '/api/v1/applications', { as: 'operator', body });
    expect(refused.status).toBe(400);
  });
});
