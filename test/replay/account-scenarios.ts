/** The paths of account recovery, and of a policy change on its way to open sessions. */
import type { Activities } from '../../activities';
import { REASSESS_SESSIONS_WORKFLOW } from '../../workflows/messages';
import {
  RECOVER_ACCOUNT_WORKFLOW,
  recoveryOrderedSignal,
  recoveryStepUpdate,
  type RecoveryStep,
} from '../../workflows/recovery-messages';
import type { WorkflowHandle } from '@temporalio/client';
import { inTurn, outage, type FlowScenario } from './scenario';

type Standing = Awaited<ReturnType<Activities['settleRecovery']>>;

const open = (state: 'code_sent' | 'confirmed', remainingMs = 600_000): Standing => ({
  kind: 'open',
  state,
  remainingMs,
});
const ended = (state: 'completed' | 'expired' | 'dead' | 'refused'): Standing => ({ kind: 'ended', state });
const hand = (handle: WorkflowHandle, step: RecoveryStep) =>
  handle.executeUpdate(recoveryStepUpdate, { args: [step] });
const CODE: RecoveryStep = { kind: 'code', digest: 'canary-digest' };

/** Made anew for each recording. */
export function accountScenarios(): Record<string, FlowScenario> {
  const recovery = { workflow: RECOVER_ACCOUNT_WORKFLOW, input: { caseId: 'rec_AAAAAAAAAAAAAAAAAAAAAA' } };
  const sendRecoveryCode = () => Promise.resolve();
  return {
    'recovery-completed': {
      ...recovery,
      fakes: {
        sendRecoveryCode,
        settleRecovery: inTurn<Standing>(
          open('code_sent'),
          open('code_sent'),
          open('confirmed'),
          ended('completed'),
        ),
        confirmRecovery: inTurn<Awaited<ReturnType<Activities['confirmRecovery']>>>(
          { kind: 'wrong' },
          { kind: 'done' },
        ),
        completeRecovery: inTurn({ kind: 'done' } as const),
      },
      async play(handle) {
        await hand(handle, CODE);
        await hand(handle, CODE);
        await hand(handle, { kind: 'password' });
      },
      result: { outcome: 'completed' },
    },
    'recovery-expired': {
      ...recovery,
      fakes: { sendRecoveryCode, settleRecovery: inTurn<Standing>(open('code_sent', 50), ended('expired')) },
      result: { outcome: 'expired' },
    },
    'recovery-refused': refusedRecovery({ ...recovery, fakes: { sendRecoveryCode } }),
    'recovery-cancelled-by-an-operator': {
      ...recovery,
      fakes: { sendRecoveryCode: outage, cancelRecovery: inTurn('refused' as const) },
      play: (handle) => handle.cancel(),
      result: { outcome: 'refused' },
    },
    'sessions-reassessed': {
      workflow: REASSESS_SESSIONS_WORKFLOW,
      input: { clientId: 'demo-shop', version: 2 },
      fakes: { reassessBatch: inTurn({ kept: 1, stepUps: 0, ended: 0, done: true }) },
      result: { kept: 8, stepUps: 0, ended: 0 },
    },
  };
}

/** Refused in the store, whenever the workflow looks after that. */
function refusedRecovery(recovery: Omit<FlowScenario, 'result' | 'play'>): FlowScenario {
  let isRefused = false;
  return {
    ...recovery,
    fakes: {
      ...recovery.fakes,
      settleRecovery: () => Promise.resolve(isRefused ? ended('refused') : open('code_sent')),
    },
    async play(handle) {
      isRefused = true;
      await handle.signal(recoveryOrderedSignal);
    },
    result: { outcome: 'refused' },
  };
}
