/** What ends a user's access ends recoveries, too; and a code that went to nobody is right for nobody. */
import { recoveryCodeDigest } from '../../runtime/recovery-code';
import { passwordSignIn, PASSWORD, signInByPassword } from './support/directory';
import { useProduct } from './support/product';
import {
  blockedSignIn,
  createRecoveryActs,
  farAway,
  NEW_PASSWORD,
  recoverablePerson,
} from './support/recovery';
import type { Person } from './support/actors';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '100000' } });
const { sql, post, ask, caseOf, stateOf, confirmed } = createRecoveryActs(product);

const reset = (id: string) => post(`/${id}/reset`, { newPassword: NEW_PASSWORD });
const asOperator = (method: string, path: string, body?: object) =>
  product.stack.call(method, `/api/v1${path}`, { as: 'operator', ...(body && { body }) });

const OVERTAKING: Record<string, (who: Person) => Promise<unknown>> = {
  'the owner changes the password': async (who) => {
    const { accessToken } = await signInByPassword(product, who);
    return product.stack.call('POST', '/api/v1/auth/password', {
      headers: { authorization: `Bearer ${accessToken}` },
      body: { currentPassword: PASSWORD, newPassword: 'another walnut lantern' },
    });
  },
  'the owner reports a session': async (who) => {
    const { accessToken, sessionId } = await signInByPassword(product, who);
    return product.stack.call('POST', `/api/v1/auth/sessions/${sessionId}/report`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
  },
  'an administrator sets a password': ({ userId }) =>
    asOperator('PATCH', `/users/${userId}`, { password: 'another walnut lantern' }),
  'an administrator changes the address': ({ userId }) =>
    asOperator('PATCH', `/users/${userId}`, { email: 'new@example.org' }),
  'an administrator ends the sessions': ({ userId }) =>
    asOperator('POST', `/admin/users/${userId}/revoke-sessions`),
  'an administrator disables and enables the user': async ({ userId }) => {
    await asOperator('POST', `/admin/users/${userId}/disable`);
    await asOperator('POST', `/admin/users/${userId}/enable`);
  },
  'another recovery is completed': async (who) => reset(await confirmed(who)),
};

describe('a recovery that was confirmed before', () => {
  it.each(Object.entries(OVERTAKING))('sets no password any more once %s', async (_name, overtake) => {
    const who = await recoverablePerson(product);
    const id = await confirmed(who);
    await overtake(who);
    const { rows: before } = await sql(`select password_hash from users where id = $1`, who.userId);
    expect((await post(`/${id}/reset`, { newPassword: 'the thief’s own words' })).status).toBe(401);
    const { rows: after } = await sql(`select password_hash from users where id = $1`, who.userId);
    expect(after).toEqual(before);
  });
});

describe('a waiver', () => {
  it('ends with the access of its user', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    await reset(await confirmed(who, { decisionId: await blockedSignIn(product, away) }));
    await asOperator('POST', `/admin/users/${who.userId}/revoke-sessions`);
    expect((await passwordSignIn(product, away, { password: NEW_PASSWORD })).status).toBe(403);
  });
});

describe('a code that was not sent', () => {
  it('is wrong even when it is right: limits on mail limit guesses', async () => {
    const who = await recoverablePerson(product, { email: null });
    const asked = await ask(who.login);
    await stateOf(asked, 'code_sent');
    const caseId = (await caseOf(asked))?.id ?? '';
    const code = '12345678';
    const digest = recoveryCodeDigest(product.stack.deps.keys, { caseId, code });
    await sql(`update recovery_cases set code_digest = $2 where id = $1`, caseId, digest);
    const confirm = () => post(`/${asked.body['recoveryId']}/confirm`, { code });
    expect((await confirm()).status).toBe(401);
    // The same with a code that was sent is right.
    await sql(`update recovery_cases set code_sent = true where id = $1`, caseId);
    expect((await confirm()).status).toBe(200);
  });
});

describe('a reset whose answer was lost', () => {
  it('is answered again to the same password, and to no other', async () => {
    const id = await confirmed(await recoverablePerson(product));
    const first = await reset(id);
    const again = await reset(id);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect((await post(`/${id}/reset`, { newPassword: 'another walnut lantern' })).status).toBe(401);
  });
});

describe('twenty requests for one login at once', () => {
  it('send three codes to an address that one network asks for', async () => {
    const who = await recoverablePerson(product);
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(who.login, { ip: '2001:db8::7' })));
    await Promise.all(asked.map((answer) => stateOf(answer, 'code_sent')));
    await ask(who.login, { ip: '2001:db8::8' });
    const { rows } = await sql(
      `select count(*)::int as sent from outbox where user_id = $1 and kind = 'recovery_code'`,
      who.userId,
    );
    expect(rows).toEqual([{ sent: 3 }]);
  });
});
