/** How the delivery of a notice ends, and how its workflow is called. */

/**
 * `sent`: a mail server took it. `refused`: it will never take it for this recipient. `expired`: its code is worth
 * nothing any more. `given_up`: tried to the end of its time, or cancelled. `gone`: deleted, with its user or with
 * time. `kept`: no mail server is configured (any more).
 */
export type NoticeOutcome = 'sent' | 'refused' | 'expired' | 'given_up' | 'gone' | 'kept';

/** The id of the workflow that delivers a notice. */
export function sendNoticeWorkflowId(noticeId: string): string {
  return `notice/${noticeId}`;
}
