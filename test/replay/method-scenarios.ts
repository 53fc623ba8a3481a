/** The paths of a challenge that is answered by other methods than TOTP, or by several. */
import type { Activities } from '../../activities';
import { totpCodeSignal } from '../../workflows/messages';
import { VERIFIED, WRONG } from '../workflows/support/fake-activities';
import { recordDecision, submit, submitBackupCode, submitPasskey } from './plays';
import { inTurn, type DecisionScenario } from './scenario';

/** Made anew for each recording, like all of them. */
export function methodScenarios(): Record<string, DecisionScenario> {
  return {
    'verified-by-backup-code': {
      fakes: { recordDecision, verifyBackupCode: inTurn(VERIFIED) },
      play: (signIn) => submitBackupCode(signIn, 'b1'),
      outcome: 'verified',
    },
    'verified-by-backup-code-after-wrong-codes': {
      fakes: {
        recordDecision,
        verifyTotp: inTurn(WRONG),
        verifyBackupCode: inTurn<Awaited<ReturnType<Activities['verifyBackupCode']>>>(WRONG, VERIFIED),
      },
      async play(signIn) {
        await submit(signIn, 'a1');
        await submitBackupCode(signIn, 'b1');
        await signIn.handle.signal(totpCodeSignal, { attemptId: 'a2' });
        await submitBackupCode(signIn, 'b2');
      },
      outcome: 'verified',
    },
    'dead-by-backup-codes': {
      fakes: {
        recordDecision,
        verifyBackupCode: inTurn({ result: { kind: 'wrong' }, sessionEnded: 'dead' } as const),
      },
      play: (signIn) => submitBackupCode(signIn, 'b5'),
      outcome: 'dead',
    },
    'verified-by-passkey': {
      fakes: { recordDecision, verifyPasskey: inTurn(VERIFIED) },
      play: (signIn) => submitPasskey(signIn, 'p1'),
      outcome: 'verified',
    },
    'verified-by-passkey-after-wrong-answers': {
      fakes: {
        recordDecision,
        verifyTotp: inTurn(WRONG),
        verifyPasskey: inTurn<Awaited<ReturnType<Activities['verifyPasskey']>>>(WRONG, VERIFIED),
      },
      async play(signIn) {
        await submitPasskey(signIn, 'p1');
        await submit(signIn, 'a1');
        await submitPasskey(signIn, 'p2');
      },
      outcome: 'verified',
    },
  };
}
