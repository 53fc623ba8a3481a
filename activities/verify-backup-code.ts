/** Verifies a backup code (`judge-answer.ts`): one slow hash whatever was typed, and each code is spent once. */
import { fitsSlowHash } from '../runtime/slow-hash';
import { findBackupCode, spendBackupCode } from '../storage/backup-codes';
import type { BackupCodeAnswer } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import type { AnswerQuery, Proof } from './factor';
import { createJudge, type Verdict } from './judge-answer';
import { followUsedCode } from './used-backup-code';

/** Makes the activity. */
export function createVerifyBackupCode(deps: ActivityDeps) {
  const judge = createJudge<BackupCodeAnswer, BackupCodeAnswer>(deps, {
    method: 'backupCode',
    evidenceOf: ({ answer }) => answer,
    match: ({ userId }, answer) => matchCode(deps, userId, answer),
  });
  return function verifyBackupCode(query: AnswerQuery<BackupCodeAnswer>): Promise<Verdict> {
    return judge(query);
  };
}

async function matchCode(
  deps: ActivityDeps,
  userId: string,
  { digit, digest }: BackupCodeAnswer,
): Promise<Proof | undefined> {
  const stored = await findBackupCode(deps.pool, { userId, digit });
  // Timing: a used code, a wrong digit and a user without codes cost the same as a wrong code.
  const fits = await fitsSlowHash(stored?.hash, digest);
  if (!stored || !fits) return undefined;
  return {
    method: 'backupCode',
    amr: ['otp', 'mfa'],
    // A code from a piece of paper gets in once. Only a factor that stays with its owner vouches for 30 days.
    mayTrustDevice: false,
    spend: (tx) => spendBackupCode(tx, { userId, setId: stored.setId, digit }),
    follow: (tx, signIn) => followUsedCode(deps, tx, signIn),
  };
}
