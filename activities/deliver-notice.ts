/**
 * Delivers one notice by mail. Safe to run again: what was sent, refused or has expired is not sent. A crash between
 * the server's yes and the mark sends it twice, under the same Message-ID, so that mail programs show one.
 */
import type { NoticeOutcome } from '../domain/notices/delivery';
import { writeNotice } from '../runtime/notices';
import { findOutboxRow, markFailed, markSent, type OutboxRow } from '../storage/outbox';
import type { ActivityDeps } from './deps';

/** Makes the activity. Throws when it may work later: a mail server or a store that is away. */
export function createDeliverNotice({ pool, keys, logger, mailer, defaultLocale }: ActivityDeps) {
  return async function deliverNotice({ noticeId }: { noticeId: string }): Promise<NoticeOutcome> {
    const row = await findOutboxRow(pool, noticeId);
    if (!row) return 'gone';
    const settled = settledOutcome(row);
    if (settled) return settled;
    if (!mailer) return 'kept';
    if (row.isExpired) {
      await markFailed(pool, noticeId, 'expired');
      return 'expired';
    }
    const { language, subject, text, html } = writeNotice(keys, row, { defaultLocale });
    const mail = { to: row.recipient, id: noticeId, language, subject, text, html: html ?? '' };
    const delivery = await mailer.send(mail);
    if (delivery.kind === 'refused') {
      logger.warn({ noticeId, status: delivery.status }, 'notice refused by the mail server');
      await markFailed(pool, noticeId, `refused ${delivery.status}`);
      return 'refused';
    }
    await markSent(pool, noticeId);
    return 'sent';
  };
}

/** Makes the activity that notes the end of a delivery that did not come about; answers how it really ended. */
export function createGiveUpNotice({ pool, logger }: ActivityDeps) {
  return async function giveUpNotice({ noticeId }: { noticeId: string }): Promise<NoticeOutcome> {
    const row = await findOutboxRow(pool, noticeId);
    if (!row) return 'gone';
    const settled = settledOutcome(row);
    if (settled) return settled;
    logger.warn({ noticeId }, 'notice not delivered');
    await markFailed(pool, noticeId, row.isExpired ? 'expired' : 'given_up');
    return row.isExpired ? 'expired' : 'given_up';
  };
}

/** How an earlier run ended it. */
function settledOutcome({ sentAt, failure }: OutboxRow): NoticeOutcome | undefined {
  if (sentAt !== null) return 'sent';
  if (failure === null) return undefined;
  return failure === 'expired' || failure === 'given_up' ? failure : 'refused';
}
