/** A mail server that is away, that wants patience, that refuses, and addresses that mean more than one recipient. */
import type { AddressedNotice } from '../../runtime/notices';
import { useMailbox } from './support/mailbox';
import { noticesTo } from './support/notices';
import { until } from './support/patience';

const box = useMailbox({ signsIn: false });
const changed = (userId: string): AddressedNotice => ({ userId, kind: 'password_changed', params: {} });

/** Somebody with a notice in the queue. */
async function notified() {
  const who = await box.person();
  return { who, email: who.email, id: await box.queue(changed(who.userId)) };
}

describe('the mail server', () => {
  it('may be away: what was queued meanwhile is delivered once it is back, once', async () => {
    await box.smtp.down();
    const { email, id } = await notified();
    await box.relay();
    const attempts = async () => (await box.flow(id).describe()).raw.pendingActivities?.[0]?.attempt ?? 0;
    expect(await until(attempts, (count) => count > 1)).toBeGreaterThan(1);
    await box.smtp.up();
    expect(await box.flow(id).result()).toEqual({ outcome: 'sent' });
    expect(box.mailsTo(email)).toHaveLength(1);
    expect(await box.rowOf(id)).toMatchObject({ sent: true, failure: null });
  });

  it.each([451, 421, 530])(
    'may ask for patience or for another login (%d): it is tried again',
    async (status) => {
      const { email, id } = await notified();
      box.smtp.answer(email, status);
      await box.relay();
      const tries = () => Promise.resolve(box.smtp.tries(email));
      expect(await until(tries, (count) => count > 0)).toBeGreaterThan(0);
      box.smtp.answer(email, undefined);
      expect(await box.flow(id).result()).toEqual({ outcome: 'sent' });
      expect(box.mailsTo(email)).toHaveLength(1);
    },
  );

  it.each([550, 553])(
    'may refuse a recipient for good (%d): recorded, and not tried again',
    async (status) => {
      const { who, email, id } = await notified();
      box.smtp.answer(email, status);
      await box.relay();
      expect(await box.flow(id).result()).toEqual({ outcome: 'refused' });
      expect(box.smtp.tries(email)).toBe(1);
      expect(await noticesTo(box.product, who)).toEqual([
        expect.objectContaining({ sentAt: null, failure: `refused ${status}`, recipient: email }),
      ]);
    },
  );

  it('that took a mail and could not say so gets it again under the same Message-ID', async () => {
    const { email, id } = await notified();
    box.smtp.loseAnswers(1);
    await box.relay();
    expect(await box.flow(id).result()).toEqual({ outcome: 'sent' });
    const ids = box.mailsTo(email).map(({ headers }) => headers['message-id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('gets a notice once when two deliveries of it follow each other', async () => {
    const { email, id } = await notified();
    await box.relay();
    expect(await box.flow(id).result()).toEqual({ outcome: 'sent' });
    await box.product.stack.database.pool.query(
      `insert into workflow_starts (workflow_id, workflow, input, by_relay)
       values ('notice/again-' || $1, 'sendNotice', jsonb_build_object('noticeId', $1::text), true)`,
      [id],
    );
    await box.relay();
    expect(await box.flow(`again-${id}`).result()).toEqual({ outcome: 'sent' });
    expect(box.mailsTo(email)).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each([
    'victim@example.org,a',
    'a,b<victim>@example.org',
    '<victim>a@example.org',
    'group:a@example.org;',
  ])('that mail programs read as a list, a name or a group reaches nobody: %s', async (email) => {
    const who = await box.person();
    await box.product.stack.database.pool.query('update users set email = $2 where id = $1', [
      who.userId,
      email,
    ]);
    const before = box.smtp.mails.length;
    const id = await box.queue(changed(who.userId));
    await box.relay();
    expect(await box.flow(id).result()).toEqual({ outcome: 'refused' });
    expect(await box.rowOf(id)).toMatchObject({ sent: false, failure: 'refused address' });
    expect(box.smtp.mails).toHaveLength(before);
  });
});
