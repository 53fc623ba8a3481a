/**
 * Delivers one notice: tries as long as it is worth sending, through any outage of the mail server or the store. What
 * it says and to whom lies in the store; this file knows its id only.
 */
import { ApplicationFailure, CancellationScope, setCurrentDetails } from '@temporalio/workflow';
import { NOTICE_TEXTS, SENDING_NOTICE, SUMMARIES } from '../domain/flow-texts';
import { MAIL_DELIVERY, SETTLEMENT, sideEffects, urgentMailDelivery } from './activity-options';
import type { SendNoticeInput, SendNoticeResult } from './messages';

/** One notice, from the queue to its recipient's mail server or to the note that it was not delivered. */
export async function sendNotice(input: SendNoticeInput): Promise<SendNoticeResult> {
  const { noticeId, validSeconds } = input;
  if (typeof noticeId !== 'string') throw ApplicationFailure.nonRetryable('malformed input', 'malformed');
  setCurrentDetails(SENDING_NOTICE);
  const options = validSeconds === undefined ? MAIL_DELIVERY : urgentMailDelivery(validSeconds);
  const outcome = await sideEffects(options, SUMMARIES.deliverNotice)
    .deliverNotice({ noticeId })
    // Out of time, or cancelled by an operator: somebody should see that it was not delivered.
    .catch(() =>
      CancellationScope.nonCancellable(() =>
        sideEffects(SETTLEMENT, SUMMARIES.giveUpNotice).giveUpNotice({ noticeId }),
      ),
    );
  setCurrentDetails(NOTICE_TEXTS[outcome]);
  return { outcome };
}
