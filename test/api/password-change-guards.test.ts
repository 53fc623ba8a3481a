/** What changing a password needs, and that it is no way to guess the current one. */
import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client';
import { startStack } from '../support/stack';
import { PASSWORD, passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { startIdentityProvider, type IdentityProvider } from './support/identity-provider';
import { bearer, createPasswordActs, NEW_PASSWORD } from './support/password-acts';
import { persistently } from './support/patience';
import { useProduct } from './support/product';

const env: Record<string, string> = { LOGIN_ATTEMPTS_PER_MINUTE: '100000' };
let idp: IdentityProvider;
beforeAll(async () => {
  idp = await startIdentityProvider();
  const { issuer, jwksUri } = idp;
  env['TRUSTED_ISSUERS'] = JSON.stringify([{ issuer, jwksUri, audience: 'zewstid-mfa' }]);
});
const product = useProduct({ env });
afterAll(() => idp.stop());
const { sql, change, isAlive, hashOf, failuresOf, withoutFactor } = createPasswordActs(product);

describe('changing the password', () => {
  it('needs an access token of a live session', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    await product.stack.call('POST', '/api/v1/auth/sign-out', bearer(accessToken));
    expect((await change(accessToken)).body['code']).toBe('unauthorized');
    const body = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const asClient = await product.stack.call('POST', '/api/v1/auth/password', { as: 'operator', body });
    expect(asClient.body['code']).toBe('unauthorized');
    expect((await passwordSignIn(product, who)).status).toBe(200);
  });

  it('needs the current password: a wrong one is the uniform 401, changes nothing and counts as a failure', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    const before = await hashOf(who);
    const refused = await change(accessToken, { currentPassword: 'wrong' });
    const signIn = await passwordSignIn(product, who, { password: 'wrong' });
    expect({ ...refused.body, requestId: '' }).toEqual({ ...signIn.body, requestId: '' });
    expect(await hashOf(who)).toBe(before);
    expect(await failuresOf(who)).toBe(2);
    expect(await isAlive(accessToken)).toBe(true);
  });

  it('needs fresh MFA in this session from a user with a factor, before the password is looked at', async () => {
    const who = await passwordPerson(product);
    const { accessToken, sessionId } = await signInByPassword(product, who);
    await sql(`update proofs set at = now() - interval '301 seconds' where session_id = $1`, sessionId);
    for (const currentPassword of [PASSWORD, 'wrong']) {
      const refused = await change(accessToken, { currentPassword });
      expect(refused.body['code']).toBe('fresh_mfa_required');
      expect(refused.headers.get('www-authenticate')).toMatch(/insufficient_user_authentication/);
    }
    expect(await failuresOf(who)).toBe(0);
  });

  it('asks no MFA of a user without a factor', async () => {
    const { who, token } = await withoutFactor();
    expect((await change(token)).status).toBe(204);
    expect((await passwordSignIn(product, who, { password: NEW_PASSWORD })).status).toBe(200);
  });

  it.each([
    ['too_short', 'seven c'],
    ['common', 'iloveyou'],
    ['unchanged', PASSWORD],
    ['unchanged', PASSWORD.normalize('NFD')],
  ])(
    'to a refused one (%s) is told the reason and tells nothing of the current one',
    async (rule, chosen) => {
      const { who, token } = await withoutFactor();
      const before = await hashOf(who);
      const right = await change(token, { newPassword: chosen });
      expect(right.status).toBe(400);
      expect(right.body).toMatchObject({ code: 'password_refused', rule });
      if (rule !== 'unchanged') {
        const wrong = await change(token, { newPassword: chosen, currentPassword: 'wrong' });
        expect({ ...wrong.body, requestId: '' }).toEqual({ ...right.body, requestId: '' });
      }
      expect(await hashOf(who)).toBe(before);
      expect(await failuresOf(who)).toBe(0);
    },
  );

  it('compares the new one with login and e-mail address', async () => {
    const { who, token } = await withoutFactor();
    expect((await change(token, { newPassword: `${who.login}1` })).body['rule']).toBe('login');
  });

  it('is 409 for a user without a password of this directory, also by a token of another issuer', async () => {
    const who = await product.actors.person();
    const [sub, sid] = [`ext|${randomUUID()}`, randomUUID()];
    await sql('update users set external_id = $2 where id = $1', who.userId, sub);
    await product.actors.signInWithMfa(who, { sessionId: sid });
    const token = await idp.sign({ sub, sid, azp: 'demo-shop' });
    const refused = await change(token);
    expect([refused.status, refused.body['code']]).toEqual([409, 'no_password']);
    expect(await hashOf(who)).toBeNull();
  });

  it('by a token of another issuer keeps the session that the token names', async () => {
    const who = await passwordPerson(product);
    const [sub, sid] = [`ext|${randomUUID()}`, randomUUID()];
    await sql('update users set external_id = $2 where id = $1', who.userId, sub);
    const other = await signInByPassword(product, who);
    await product.actors.signInWithMfa(who, { sessionId: sid });
    const token = await idp.sign({ sub, sid, azp: 'demo-shop' });
    expect((await change(token)).status).toBe(204);
    expect([await isAlive(token), await isAlive(other.accessToken)]).toEqual([true, false]);
  });

  it('with a wrong password again and again is limited, together with signing in', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    await persistently(() => product.stack.deps.redis.flushdb());
    const limited = await startStack({ beside: product.stack, env: { LOGIN_ATTEMPTS_PER_MINUTE: '5' } });
    try {
      const guesses: HttpAnswer[] = [];
      for (let n = 0; n < 8; n += 1) {
        guesses.push(await change(accessToken, { currentPassword: `guess ${n}` }, limited));
      }
      const codes = guesses.map(({ body }) => body['code']);
      expect(codes.filter((code) => code === 'sign_in_failed').length).toBeLessThanOrEqual(5);
      expect(codes.at(-1)).toBe('rate_limited');
      // The right one is not tried either: the limit is no way to tell.
      expect((await change(accessToken, {}, limited)).status).toBe(429);
      expect((await passwordSignIn({ ...product, stack: limited }, who)).status).toBe(429);
    } finally {
      await limited.stop();
    }
  });
});
