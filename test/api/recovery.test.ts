/** Account recovery: e-mail code, new password, and MFA in place of the block on the device that was blocked. */
import { totpCode } from '../support/totp';
import { passwordSignIn, signInByPassword } from './support/directory';
import { noticesTo } from './support/notices';
import { useProduct } from './support/product';
import {
  blockedSignIn,
  createRecoveryActs,
  farAway,
  NEW_PASSWORD,
  recoverablePerson,
} from './support/recovery';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '100000' } });
const { sql, post, codesOf, confirmed } = createRecoveryActs(product);

const reset = (id: string, newPassword: string = NEW_PASSWORD) => post(`/${id}/reset`, { newPassword });
const alive = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await product.stack.call('GET', '/api/v1/auth/sessions', { headers })).status === 200;
};

describe('a user who was blocked', () => {
  it('gets back in on that device: code, new password, then MFA, never without', async () => {
    const who = await recoverablePerson(product);
    const home = await signInByPassword(product, who);
    const away = farAway(product, who);
    const decisionId = await blockedSignIn(product, away);

    const id = await confirmed(who, { decisionId });
    const done = await reset(id);
    expect([done.status, done.body]).toEqual([200, { passwordChanged: true, blockWaivedFor: 900 }]);

    expect(await alive(home.accessToken)).toBe(false);
    expect((await passwordSignIn(product, away)).body['code']).toBe('sign_in_failed');
    const challenged = await passwordSignIn(product, away, { password: NEW_PASSWORD });
    expect(challenged.body['mfaRequired']).toBe(true);
    expect(await product.actors.decisionOf(challenged)).toMatchObject({
      outcome: 'challenge',
      reason: 'block_waived',
    });
    await product.actors.forgetSpentCodes(who);
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
  });

  it('is blocked again on that device once the 15 minutes are over', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    await reset(await confirmed(who, { decisionId: await blockedSignIn(product, away) }));
    const { rows } = await sql<{ seconds: number }>(
      `select extract(epoch from expires_at - created_at)::int as seconds from block_waivers where user_id = $1`,
      who.userId,
    );
    expect(rows).toEqual([{ seconds: 900 }]);
    await sql(`update block_waivers set expires_at = clock_timestamp() where user_id = $1`, who.userId);
    expect((await passwordSignIn(product, away, { password: NEW_PASSWORD })).status).toBe(403);
  });

  it('stays blocked on every other device', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    await reset(await confirmed(who, { decisionId: await blockedSignIn(product, away) }));
    const elsewhere = farAway(product, who);
    expect((await passwordSignIn(product, elsewhere, { password: NEW_PASSWORD })).status).toBe(403);
  });

  it.each([
    ['without naming the sign-in', async () => Promise.resolve({})],
    [
      'by naming that of somebody else',
      async () => ({
        decisionId: await blockedSignIn(product, farAway(product, await recoverablePerson(product))),
      }),
    ],
    [
      'by naming one that was not blocked',
      async () => ({
        decisionId: (await passwordSignIn(product, await recoverablePerson(product))).body['decisionId'],
      }),
    ],
  ])('%s gets a new password and no waiver', async (_name, change) => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    await blockedSignIn(product, away);
    expect((await reset(await confirmed(who, await change()))).body['blockWaivedFor']).toBe(0);
    expect((await passwordSignIn(product, away, { password: NEW_PASSWORD })).status).toBe(403);
  });

  it('names a sign-in of the last 24 hours only', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    const decisionId = await blockedSignIn(product, away);
    await sql(
      `update sign_ins set created_at = now() - interval '24 hours 1 second' where id = $1`,
      decisionId,
    );
    expect((await reset(await confirmed(who, { decisionId }))).body['blockWaivedFor']).toBe(0);
  });

  it('and has no method has to enrol one: a waived block is no way in without MFA', async () => {
    const who = await recoverablePerson(product);
    await sql(`delete from totp_authenticators where user_id = $1`, who.userId);
    const away = farAway(product, who);
    await reset(await confirmed(who, { decisionId: await blockedSignIn(product, away) }));
    const refused = await passwordSignIn(product, away, { password: NEW_PASSWORD });
    expect([refused.status, refused.body['code']]).toEqual([403, 'enrollment_required']);
  });

  it('does not get round a disabled account', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    const decisionId = await blockedSignIn(product, away);
    const id = await confirmed(who, { decisionId });
    await sql(`update users set status = 'disabled' where id = $1`, who.userId);
    expect((await reset(id)).status).toBe(503);
    expect((await passwordSignIn(product, away, { password: NEW_PASSWORD })).status).toBe(401);
  });
});

describe('a completed recovery', () => {
  it('takes the trust from every device, ends open challenges, tells the owner, and is audited', async () => {
    const who = await recoverablePerson(product);
    const open = await passwordSignIn(product, { ...who, fingerprint: 'another' });
    expect(open.body['mfaRequired']).toBe(true);
    await reset(await confirmed(who));
    await product.actors.forgetSpentCodes(who);
    expect((await product.actors.verify(open, totpCode(who.totpSecret))).status).toBe(401);
    const { deviceToken } = who;
    const again = await passwordSignIn(product, who, { password: NEW_PASSWORD, deviceToken });
    expect(again.body['mfaRequired']).toBe(true);
    const told = await noticesTo(product, who);
    expect(told.map(({ subject }) => subject)).toContain('Your account was recovered');
    const audit = await product.stack.call('GET', `/api/v1/admin/audit?userId=${who.userId}`, {
      as: 'operator',
    });
    const types: string[] = audit.body['events'].map(({ type }: { type: string }) => type);
    expect(types).toEqual(
      expect.arrayContaining([
        'recovery.requested',
        'recovery.code_sent',
        'recovery.confirmed',
        'recovery.completed',
        'session.ended',
      ]),
    );
    expect(audit.text).not.toContain(NEW_PASSWORD);
  });

  it('is completed once: code and id are worth nothing afterwards', async () => {
    const who = await recoverablePerson(product);
    const id = await confirmed(who);
    const code = (await codesOf(who)).at(-1);
    const answers = await Promise.all([reset(id), reset(id, 'another walnut lantern'), reset(id)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
    expect((await reset(id, 'yet another lantern')).status).toBe(401);
    expect((await post(`/${id}/confirm`, { code })).status).toBe(401);
    const worked = await Promise.all(
      [NEW_PASSWORD, 'another walnut lantern'].map((password) => passwordSignIn(product, who, { password })),
    );
    expect(worked.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('keeps a bad new password out, and can be completed with a better one', async () => {
    const id = await confirmed(await recoverablePerson(product));
    expect((await reset(id, 'password1')).body['code']).toBe('password_refused');
    expect((await reset(id)).status).toBe(200);
  });
});
