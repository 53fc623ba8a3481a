/** Every path that a workflow can take, as it is played once to record its history; here sign-ins and step-ups. */
import type { Activities } from '../../activities';
import { sessionClosedSignal, totpCodeSignal } from '../../workflows/messages';
import {
  ALLOWED,
  BLOCKED,
  challengedUntil,
  REFUSED,
  VERIFIED,
  WRONG,
} from '../workflows/support/fake-activities';
import { accountScenarios } from './account-scenarios';
import { methodScenarios } from './method-scenarios';
import { noticeScenarios } from './notice-scenarios';
import { ended, failingTimes, recordDecision, submit, submitBackupCode, submitPasskey } from './plays';
import { inTurn, outage, type DecisionScenario, type Scenario } from './scenario';
import { pushScenarios } from './push-scenarios';

/** Made anew for each recording: some of the fakes count their calls. */
export function scenarios(): Readonly<Record<string, Scenario>> {
  return {
    ...signInScenarios(),
    ...methodScenarios(),
    ...stepUpScenarios(),
    ...noticeScenarios(),
    ...accountScenarios(),
    ...pushScenarios(),
  };
}

function stepUpScenarios(): Record<string, DecisionScenario> {
  const recordStepUp: Activities['recordStepUp'] = () =>
    Promise.resolve(challengedUntil(Date.now() + 300_000));
  const workflow = 'stepUp';
  return {
    'step-up-approved': { workflow, fakes: { recordStepUp: inTurn(ALLOWED) }, outcome: 'approved' },
    'step-up-blocked': { workflow, fakes: { recordStepUp: inTurn(BLOCKED) }, outcome: 'blocked' },
    'step-up-refused': { workflow, fakes: { recordStepUp: inTurn(REFUSED) }, outcome: 'refused' },
    'step-up-not-recorded': { workflow, fakes: { recordStepUp: outage }, outcome: 'not_recorded' },
    'step-up-verified': {
      workflow,
      fakes: {
        recordStepUp,
        verifyTotp: inTurn<Awaited<ReturnType<Activities['verifyTotp']>>>(WRONG, VERIFIED),
      },
      async play(stepUp) {
        await submit(stepUp, 'first');
        await submit(stepUp, 'second');
      },
      outcome: 'verified',
    },
    'step-up-verified-by-backup-code': {
      workflow,
      fakes: { recordStepUp, verifyBackupCode: inTurn(VERIFIED) },
      play: (stepUp) => submitBackupCode(stepUp, 'b1'),
      outcome: 'verified',
    },
    'step-up-verified-by-passkey': {
      workflow,
      fakes: { recordStepUp, verifyPasskey: inTurn(VERIFIED) },
      play: (stepUp) => submitPasskey(stepUp, 'p1'),
      outcome: 'verified',
    },
    'step-up-cancelled': {
      workflow,
      fakes: { recordStepUp, settleSession: ended('cancelled') },
      play: (stepUp) => stepUp.handle.signal(sessionClosedSignal),
      outcome: 'cancelled',
    },
  };
}

function signInScenarios(): Record<string, DecisionScenario> {
  return {
    allowed: { fakes: { recordDecision: inTurn(ALLOWED) }, outcome: 'allowed' },
    blocked: { fakes: { recordDecision: inTurn(BLOCKED) }, outcome: 'blocked' },
    refused: { fakes: { recordDecision: inTurn(REFUSED) }, outcome: 'refused' },
    'policy-unreadable': {
      fakes: { lookUpPolicy: outage, recordDecision: inTurn(BLOCKED) },
      outcome: 'blocked',
    },
    'policy-changed': {
      fakes: {
        recordDecision: inTurn<Awaited<ReturnType<Activities['recordDecision']>>>(
          { kind: 'policy_changed' },
          ALLOWED,
        ),
      },
      outcome: 'allowed',
    },
    'policy-changed-for-ever': {
      fakes: { recordDecision: inTurn({ kind: 'policy_changed' } as const) },
      outcome: 'not_recorded',
    },
    'not-recorded': { fakes: { recordDecision: outage }, outcome: 'not_recorded' },
    abandoned: { fakes: { recordDecision: inTurn({ kind: 'abandoned' } as const) }, outcome: 'abandoned' },
    'risk-unavailable': {
      fakes: { assessRisk: outage, recordDecision, verifyTotp: inTurn(VERIFIED) },
      play: (signIn) => submit(signIn, 'a1'),
      outcome: 'verified',
    },
    verified: {
      fakes: { recordDecision, verifyTotp: inTurn(VERIFIED) },
      play: (signIn) => submit(signIn, 'a1'),
      outcome: 'verified',
    },
    'verified-after-wrong-answers': {
      fakes: {
        recordDecision,
        verifyTotp: inTurn<Awaited<ReturnType<Activities['verifyTotp']>>>(WRONG, WRONG, VERIFIED),
      },
      play: (signIn) =>
        Promise.all(['a1', 'a2', 'a3', 'a4'].map((id) => submit(signIn, id).catch(() => null))),
      outcome: 'verified',
    },
    'verified-after-an-outage': {
      fakes: { recordDecision, verifyTotp: failingTimes(3, VERIFIED) },
      async play(signIn) {
        await submit(signIn, 'a1');
        await submit(signIn, 'a1');
      },
      outcome: 'verified',
    },
    'verified-by-signal': {
      fakes: { recordDecision, verifyTotp: inTurn(VERIFIED) },
      play: (signIn) => signIn.handle.signal(totpCodeSignal, { attemptId: 'a1' }),
      outcome: 'verified',
    },
    dead: {
      fakes: {
        recordDecision,
        verifyTotp: inTurn({ result: { kind: 'wrong' }, sessionEnded: 'dead' } as const),
      },
      play: (signIn) => submit(signIn, 'a5'),
      outcome: 'dead',
    },
    expired: {
      fakes: {
        recordDecision: () => Promise.resolve(challengedUntil(Date.now() + 500)),
        settleSession: ended('expired'),
      },
      outcome: 'expired',
    },
    'expired-after-an-early-timer': {
      fakes: {
        recordDecision: () => Promise.resolve(challengedUntil(Date.now() + 500)),
        settleSession: inTurn<Awaited<ReturnType<Activities['settleSession']>>>(
          { kind: 'pending', remainingMs: 200 },
          { kind: 'ended', state: 'expired' },
        ),
      },
      outcome: 'expired',
    },
    superseded: {
      fakes: { recordDecision, settleSession: ended('superseded') },
      play: (signIn) => signIn.handle.signal(sessionClosedSignal),
      outcome: 'superseded',
    },
    'cancelled-in-the-store': {
      fakes: { recordDecision, settleSession: ended('cancelled') },
      play: (signIn) => signIn.handle.signal(sessionClosedSignal),
      outcome: 'cancelled',
    },
    'cancelled-by-an-operator': {
      fakes: { recordDecision, cancelSession: inTurn({ state: 'cancelled' } as const) },
      play: (signIn) => signIn.handle.cancel(),
      outcome: 'cancelled',
    },
  };
}

/** Which of them are recorded a second time, with the codec. */
export const ENCRYPTED = ['allowed', 'verified', 'verified-by-backup-code'] as const;
