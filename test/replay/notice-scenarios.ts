/** The paths of the delivery of a notice. */
import { SEND_NOTICE_WORKFLOW } from '../../workflows/messages';
import { inTurn, outage, type FlowScenario } from './scenario';

/** Made anew for each recording. */
export function noticeScenarios(): Record<string, FlowScenario> {
  const notice = { workflow: SEND_NOTICE_WORKFLOW, input: { noticeId: 'ntc_AAAAAAAAAAAAAAAAAAAAAA' } };
  const giveUpNotice = inTurn('given_up' as const);
  return {
    'notice-sent': { ...notice, fakes: { deliverNotice: inTurn('sent') }, result: { outcome: 'sent' } },
    'notice-refused': {
      ...notice,
      fakes: { deliverNotice: inTurn('refused') },
      result: { outcome: 'refused' },
    },
    'notice-of-a-code-given-up': {
      ...notice,
      input: { ...notice.input, validSeconds: 2 },
      fakes: { deliverNotice: outage, giveUpNotice },
      result: { outcome: 'given_up' },
    },
    'notice-cancelled-by-an-operator': {
      ...notice,
      fakes: { deliverNotice: outage, giveUpNotice },
      play: (handle) => handle.cancel(),
      result: { outcome: 'given_up' },
    },
  };
}
