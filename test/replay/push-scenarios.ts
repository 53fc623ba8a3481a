/** The paths of a challenge that is answered on a device. */
import type { Activities } from '../../activities';
import { pushAnsweredSignal, submitAnswerUpdate, totpCodeSignal } from '../../workflows/messages';
import { challengedUntil, pushAnswer, VERIFIED, WRONG } from '../workflows/support/fake-activities';
import type { StagedSignIn } from '../workflows/support/stage';
import type { DecisionScenario } from './scenario';

type Verify = Activities['verifyPush'];
const challenged = () => Promise.resolve(challengedUntil(Date.now() + 300_000));
const ring = (signIn: StagedSignIn, challengeId: string) =>
  signIn.handle.signal(pushAnsweredSignal, { challengeId });

/** Wrong for every prompt but this one. */
const approves = (challengeId: string): Verify => {
  return ({ attemptId }) => Promise.resolve(attemptId === challengeId ? VERIFIED : WRONG);
};

/** Made anew for each recording, like all of them. */
export function pushScenarios(): Record<string, DecisionScenario> {
  return {
    'verified-by-push': {
      fakes: { recordDecision: challenged, verifyPush: approves('p1') },
      play: (signIn) => ring(signIn, 'p1'),
      outcome: 'verified',
    },
    'verified-by-push-after-other-answers': {
      fakes: {
        recordDecision: challenged,
        verifyTotp: () => Promise.resolve(WRONG),
        verifyPush: approves('p2'),
      },
      async play(signIn) {
        await ring(signIn, 'p1');
        await signIn.handle.signal(totpCodeSignal, { attemptId: 'a1' });
        await ring(signIn, 'p2');
      },
      outcome: 'verified',
    },
    'verified-by-push-whose-signal-was-lost': {
      fakes: { recordDecision: challenged, verifyPush: approves('p1') },
      play: (signIn) => signIn.handle.executeUpdate(submitAnswerUpdate, { args: [pushAnswer('p1')] }),
      outcome: 'verified',
    },
    'dead-by-push': {
      fakes: {
        recordDecision: challenged,
        verifyPush: () => Promise.resolve({ result: { kind: 'wrong' }, sessionEnded: 'dead' }),
      },
      play: (signIn) => ring(signIn, 'p5'),
      outcome: 'dead',
    },
    'step-up-verified-by-push': {
      workflow: 'stepUp',
      fakes: { recordStepUp: challenged, verifyPush: approves('p1') },
      play: (stepUp) => ring(stepUp, 'p1'),
      outcome: 'verified',
    },
  };
}
