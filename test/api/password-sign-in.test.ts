/** The embedded directory: password first, then the sign-in is decided like any other. */
import { decodeJwt } from 'jose';
import { randomName } from './support/actors';
import { PASSWORD, passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('signing in with a password', () => {
  it('is challenged like any sign-in, and gives an access token after the code', async () => {
    const who = await passwordPerson(product);
    const challenged = await passwordSignIn(product, who);
    expect(challenged.body).toMatchObject({ mfaRequired: true, expiresIn: 300 });
    expect(challenged.body['accessToken']).toBeUndefined();
    const user = await signInByPassword(product, who);
    expect(decodeJwt(user.accessToken)).toMatchObject({
      sub: who.userId,
      client_id: 'demo-shop',
      sid: user.sessionId,
    });
    const status = await product.stack.call('GET', '/api/v1/auth/mfa/status', bearer(user.accessToken));
    expect(status.body).toMatchObject({ mfaEnabled: true });
  });

  it('gives the access token at once when nothing more is needed', async () => {
    const who = await product.actors.settle(await passwordPerson(product));
    const answer = await passwordSignIn(product, who, { deviceToken: who.deviceToken });
    expect(answer.body).toMatchObject({
      mfaRequired: false,
      accessToken: expect.any(String),
      sessionId: expect.any(String),
    });
  });

  it('says the same of an unknown login, a wrong password, a user without one, and a foreign organization', async () => {
    const who = await passwordPerson(product);
    const without = await product.actors.person();
    const answers = [
      await passwordSignIn(product, who, { password: 'wrong' }),
      await passwordSignIn(product, who, { login: randomName() }),
      await passwordSignIn(product, without),
    ];
    for (const { status, body } of answers) {
      expect([status, body['code'], body['detail']]).toEqual([
        401,
        'sign_in_failed',
        'Login or password is wrong.',
      ]);
    }
  });

  it('starts no workflow for a wrong password, and counts it as a failure of the browser', async () => {
    const who = await passwordPerson(product);
    for (let n = 0; n < 3; n += 1) await passwordSignIn(product, who, { password: 'wrong' });
    const { pool } = product.stack.database;
    expect((await pool.query('select 1 from sign_ins where user_id = $1', [who.userId])).rowCount).toBe(0);
    const decision = await product.actors.decisionOf(await passwordSignIn(product, who));
    expect(decision['signals']).toContainEqual({ code: 'failed_attempts', points: 15 });
  });

  it('lets a disabled user in by no way', async () => {
    const who = await passwordPerson(product);
    await product.stack.database.pool.query(`update users set status = 'disabled' where id = $1`, [
      who.userId,
    ]);
    expect((await passwordSignIn(product, who)).status).toBe(403);
  });

  it('takes a public client by its id, with the address and agent of the connection', async () => {
    const who = await passwordPerson(product);
    const clientId = `spa-${randomName()}`;
    const created = await product.stack.call('POST', '/api/v1/applications', {
      as: 'operator',
      body: { clientId, name: 'SPA', public: true },
    });
    expect(created.body['clientSecret']).toBeUndefined();
    const body = { login: who.login, password: PASSWORD, fingerprint: who.fingerprint };
    const answer = await product.stack.call('POST', '/api/v1/auth/sign-in', {
      headers: { 'x-client-id': clientId },
      body,
    });
    expect(answer.body['mfaRequired']).toBe(true);
    for (const named of ['demo-shop', 'operator', 'nobody-there']) {
      const refused = await product.stack.call('POST', '/api/v1/auth/sign-in', {
        headers: { 'x-client-id': named },
        body,
      });
      expect(refused.status).toBe(401);
    }
  });

  it('always needs MFA at a portal', async () => {
    const who = await product.actors.settle(await passwordPerson(product));
    const body = {
      login: who.login,
      password: PASSWORD,
      fingerprint: who.fingerprint,
      deviceToken: who.deviceToken,
    };
    const answer = await product.stack.call('POST', '/api/v1/auth/sign-in', {
      headers: { 'x-client-id': 'user-portal' },
      body,
    });
    expect(answer.body['mfaRequired']).toBe(true);
  });
});

describe('sessions', () => {
  it('are listed and ended by their user; an ended one opens nothing', async () => {
    const who = await passwordPerson(product);
    const first = await signInByPassword(product, who);
    const second = await signInByPassword(product, { ...who, fingerprint: 'other' });
    const listed = await product.stack.call('GET', '/api/v1/auth/sessions', bearer(first.accessToken));
    const ids = listed.body['sessions'].map(({ id, current }: { id: string; current: boolean }) => [
      id,
      current,
    ]);
    expect(ids.sort()).toEqual(
      [
        [first.sessionId, true],
        [second.sessionId, false],
      ].sort(),
    );
    const ended = await product.stack.call(
      'DELETE',
      `/api/v1/auth/sessions/${second.sessionId}`,
      bearer(first.accessToken),
    );
    expect(ended.status).toBe(204);
    expect(
      (await product.stack.call('GET', '/api/v1/auth/sessions', bearer(second.accessToken))).status,
    ).toBe(401);
    expect(
      (
        await product.stack.call(
          'DELETE',
          `/api/v1/auth/sessions/${second.sessionId}`,
          bearer(first.accessToken),
        )
      ).status,
    ).toBe(404);
  });

  it('of somebody else cannot be ended', async () => {
    const mine = await signInByPassword(product, await passwordPerson(product));
    const theirs = await signInByPassword(product, await passwordPerson(product));
    const answer = await product.stack.call(
      'DELETE',
      `/api/v1/auth/sessions/${theirs.sessionId}`,
      bearer(mine.accessToken),
    );
    expect(answer.status).toBe(404);
    expect(
      (await product.stack.call('GET', '/api/v1/auth/sessions', bearer(theirs.accessToken))).status,
    ).toBe(200);
  });

  it('end by signing out', async () => {
    const user = await signInByPassword(product, await passwordPerson(product));
    expect((await product.stack.call('POST', '/api/v1/auth/sign-out', bearer(user.accessToken))).status).toBe(
      204,
    );
    expect(
      (await product.stack.call('GET', '/api/v1/auth/mfa/status', bearer(user.accessToken))).status,
    ).toBe(401);
  });
});
