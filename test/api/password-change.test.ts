/** After a change of password: the new one is in force, nobody else stays in, and its owner is told. */
import { createTemporalClient } from '../../runtime/temporal-connection';
import { totpCode } from '../support/totp';
import { passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { createPasswordActs, NEW_PASSWORD } from './support/password-acts';
import { codeIn, noticesTo } from './support/notices';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();
const { sql, change, isAlive, withoutFactor } = createPasswordActs(product);

describe('a changed password', () => {
  it('is in force at once, and the old one is not', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    const changed = await change(accessToken);
    expect([changed.status, changed.text]).toEqual([204, '']);
    expect((await passwordSignIn(product, who)).body['code']).toBe('sign_in_failed');
    expect((await passwordSignIn(product, who, { password: NEW_PASSWORD })).body['mfaRequired']).toBe(true);
  });

  it('ends every other session at once, of this application and of others; the own one lives', async () => {
    const who = await passwordPerson(product);
    const others = [await signInByPassword(product, who), await signInByPassword(product, who)];
    const own = await signInByPassword(product, who);
    const stranger = await signInByPassword(product, await passwordPerson(product));
    const elsewhere = await product.actors.signInWithMfa(who, {}, { at: await product.actors.application() });
    expect((await change(own.accessToken)).status).toBe(204);
    expect(await Promise.all(others.map(({ accessToken }) => isAlive(accessToken)))).toEqual([false, false]);
    expect(await isAlive(own.accessToken)).toBe(true);
    expect(await isAlive(stranger.accessToken)).toBe(true);
    const { rows } = await sql(
      'select revoked_at is not null as revoked from sessions where id = $1',
      elsewhere.body['sessionId'],
    );
    expect(rows).toEqual([{ revoked: true }]);
  });

  it('ends a challenge that was open: a right code no longer finishes it', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    const open = [await passwordSignIn(product, who), await product.actors.check(who)];
    expect((await change(accessToken)).status).toBe(204);
    await product.actors.forgetSpentCodes(who);
    for (const challenge of open) {
      expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
      expect((await product.actors.decisionOf(challenge))['state']).toBe('cancelled');
      expect(await product.actors.auditOf(challenge)).toContain('MFA session cancelled');
    }
  });

  it('wakes the flows of the challenges that it ended, long before their timers', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    const { workflowId } = await product.actors.decisionOf(await passwordSignIn(product, who));
    expect((await change(accessToken)).status).toBe(204);
    expect(await hasEnded(workflowId)).toBe(true);
  });

  it('ends what lets somebody enrol: an e-mail code sent before it is worth nothing', async () => {
    const { who, token } = await withoutFactor();
    const strict = await product.actors.application({ settings: { whenNoMethod: 'enroll' } });
    const refused = await product.actors.check(who, {}, { at: strict });
    const enrollmentSessionId: string = refused.body['enrollmentSessionId'];
    await product.stack.call('POST', '/api/v1/auth/mfa/enrollment/email', { body: { enrollmentSessionId } });
    const [mail] = await noticesTo(product, who);
    const code = codeIn(mail);
    expect((await change(token)).status).toBe(204);
    const answer = await product.stack.call('POST', '/api/v1/auth/mfa/enrollment/confirm', {
      body: { enrollmentSessionId, code },
    });
    expect(answer.body['code']).toBe('verification_failed');
  });

  it('is audited and told to its owner, without a word of either password', async () => {
    const { who, token } = await withoutFactor();
    await passwordSignIn(product, who);
    expect((await change(token, { currentPassword: 'wrong-canary' })).status).toBe(401);
    expect((await change(token, { newPassword: 'canary' })).status).toBe(400);
    expect((await change(token, { newPassword: 'long canary words' })).status).toBe(204);
    const audit = await product.stack.call(
      'GET',
      `/api/v1/admin/audit?userId=${who.userId}&type=user.password_changed`,
      { as: 'operator' },
    );
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        message: 'Password changed by its user',
        clientId: 'demo-shop',
      }),
    ]);
    expect(await noticesTo(product, who)).toEqual([
      expect.objectContaining({
        recipient: `${who.login}@example.org`,
        subject: 'Your password was changed',
      }),
    ]);
    for (const table of ['audit_events', 'outbox', 'sign_in_failures', 'users']) {
      const found = await sql(`select 1 from ${table} t where t::text ~ 'canary|lantern|battery'`);
      expect([table, found.rowCount]).toEqual([table, 0]);
    }
  });
});

/** Whether the workflow of an ended challenge has heard of it. */
async function hasEnded(workflowId: string): Promise<boolean> {
  const client = createTemporalClient(product.stack.config, product.stack.deps.keys);
  try {
    const status = async () => (await client.workflow.getHandle(workflowId).describe()).status.name;
    return (await until(status, (name) => name !== 'RUNNING')) === 'COMPLETED';
  } finally {
    await client.connection.close();
  }
}
