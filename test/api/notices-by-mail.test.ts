/** From what happens to an account to the mail in its owner's box. */
import { insertNotice, type AddressedNotice } from '../../runtime/notices';
import { sweep } from '../../worker/sweeper';
import { LONDON } from '../support/fake-network';
import { FIREFOX, randomIp, randomName } from './support/actors';
import { useMailbox } from './support/mailbox';
import { codeIn, noticesTo } from './support/notices';
import { until } from './support/patience';

const box = useMailbox();
const { product } = box;
const { stringify } = JSON;
const codeNotice = (userId: string, code: string): AddressedNotice => ({
  userId,
  kind: 'recovery_code',
  params: { code, minutes: 10 },
});
const changed = (userId: string): AddressedNotice => ({ userId, kind: 'password_changed', params: {} });

describe('a sign-in on a device that was not known', () => {
  it('is told to its owner by mail, in her language, as text and as HTML', async () => {
    const owner = await box.person({ locale: 'de-CH' });
    const settled = await product.actors.settle(owner);
    const ip = randomIp();
    product.stack.network.set(ip, { ...LONDON, city: 'Bath & <Wells>' });
    expect(await noticesTo(product, owner)).toEqual([]);
    await product.actors.signInWithMfa(
      { ...settled, fingerprint: randomName(), ip },
      { userAgent: FIREFOX, deviceToken: undefined },
    );
    const mail = await box.mailTo(owner.email);
    expect(mail.headers).toMatchObject({
      subject: 'Anmeldung auf einem neuen Gerät',
      from: 'ZewstID <no-reply@id.example.org>',
      to: owner.email,
      'auto-submitted': 'auto-generated',
      'content-language': 'de',
    });
    expect(mail.headers['message-id']).toMatch(/^<ntc_[\w-]{22}@id\.example\.org>$/);
    expect(mail.text).toContain('Wo: Bath & <Wells>, Vereinigtes Königreich');
    expect(mail.text).toContain('Gerät: Firefox unter Linux');
    expect(mail.html).toContain('<td>Bath &amp; &lt;Wells&gt;, Vereinigtes Königreich</td>');
    expect(stringify(mail)).not.toContain(ip);
    const look = () => noticesTo(product, owner);
    // With a mail server the words are nobody's but the recipient's.
    expect(await until(look, ([notice]) => notice?.sentAt !== null)).toEqual([
      expect.objectContaining({ kind: 'new_device', subject: null, text: null, failure: null }),
    ]);
  });
});

describe('a code by mail', () => {
  it('arrives in the language of the installation, and is in clear nowhere else', async () => {
    const { actors, stack } = product;
    const { pool } = stack.database;
    const email = `${randomName()}@example.org`;
    const who = await actors.person({ method: false, email });
    const at = await actors.application({ mfaPolicy: 'always', settings: { whenNoMethod: 'enroll' } });
    const { enrollmentSessionId } = (await actors.check(who, {}, { at })).body;
    await stack.call('POST', '/api/v1/auth/mfa/enrollment/email', { body: { enrollmentSessionId } });
    const { rows } = await pool.query<{ id: string }>(
      `select notice_id as id, o::text as row from outbox o where user_id = $1`,
      [who.userId],
    );
    const id = rows[0]?.id ?? '';
    expect(await box.rowOf(id)).toMatchObject({ isSealed: true });
    const starts = await pool.query(`select w::text as row from workflow_starts w`);
    expect(starts.rowCount).toBe(1);
    const mail = await box.mailTo(email);
    const code = codeIn(mail);
    expect(code).toMatch(/^\d{8}$/);
    expect(mail.headers['subject']).toBe('Votre code pour configurer un second facteur');
    expect(await box.flow(id).result()).toEqual({ outcome: 'sent' });
    const history = await box.flow(id).fetchHistory();
    // Once it was sent, it is not even there sealed.
    const after = await box.rowOf(id);
    expect(after).toMatchObject({ isSealed: false, sent: true });
    for (const place of [rows, starts.rows, history, after])
      expect(stringify(place).includes(code)).toBe(false);
    const confirmed = await stack.call('POST', '/api/v1/auth/mfa/enrollment/confirm', {
      body: { enrollmentSessionId, code },
    });
    expect(confirmed.status).toBe(200);
  });

  it('does not open in the row of another user or of another kind', async () => {
    const { pool } = product.stack.database;
    const [owner, thief] = [await box.person(), await box.person()];
    const id = await box.queue(codeNotice(owner.userId, '11223344'));
    const foreign = await box.queue(codeNotice(thief.userId, '55667788'));
    await pool.query(
      `update outbox set (sealed_secret, seal_key_id) = (select sealed_secret, seal_key_id from outbox where notice_id = $1)
       where notice_id = $2`,
      [id, foreign],
    );
    await pool.query(`update outbox set kind = 'enrollment_code' where notice_id = $1`, [id]);
    await box.relay();
    for (const flow of [id, foreign].map(box.flow)) {
      const attempts = async () => (await flow.describe()).raw.pendingActivities?.[0]?.attempt ?? 0;
      expect(await until(attempts, (count) => count > 1)).toBeGreaterThan(1);
      await flow.terminate();
    }
    expect([...box.mailsTo(owner.email), ...box.mailsTo(thief.email)]).toEqual([]);
  });

  it('is not sent once it is worth nothing any more, and then forgotten', async () => {
    const who = await box.person();
    const id = await box.queue(codeNotice(who.userId, '99887766'));
    const { pool } = product.stack.database;
    await pool.query(`update outbox set expires_at = clock_timestamp() where notice_id = $1`, [id]);
    await box.relay();
    expect(await box.flow(id).result()).toEqual({ outcome: 'expired' });
    expect(await box.rowOf(id)).toMatchObject({ sent: false, failure: 'expired', isSealed: false });
    expect(box.smtp.tries(who.email)).toBe(0);
    await sweep(product.stack.deps);
    expect(await box.rowOf(id)).toBeUndefined();
  });
});

describe('a notice', () => {
  it('of a transaction that was rolled back is neither sent nor kept', async () => {
    const { deps, database } = product.stack;
    const who = await box.person();
    const connection = await database.pool.connect();
    await connection.query('begin');
    await insertNotice(connection, deps, changed(who.userId));
    await connection.query('rollback');
    connection.release();
    expect(await noticesTo(product, who)).toEqual([]);
    expect((await database.pool.query('select 1 from workflow_starts')).rowCount).toBe(0);
  });

  it('to a user without an address is none', async () => {
    const who = await product.actors.person();
    expect(await box.queue(changed(who.userId))).toBe('');
    expect((await product.stack.database.pool.query('select 1 from workflow_starts')).rowCount).toBe(0);
  });

  it('to a user who was deleted meanwhile is not sent', async () => {
    const who = await box.person();
    const id = await box.queue(changed(who.userId));
    await product.stack.call('DELETE', `/api/v1/users/${who.userId}`, { as: 'operator' });
    await box.relay();
    expect(await box.flow(id).result()).toEqual({ outcome: 'gone' });
    expect(box.smtp.tries(who.email)).toBe(0);
  });
});
