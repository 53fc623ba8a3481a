/** Verifies a TOTP answer (`judge-answer.ts`): what is compared, and that a time step is spent once. */
import { candidateCodes } from '../domain/credentials/totp';
import { digestCode } from '../runtime/code-digest';
import { digestsEqual } from '../runtime/keys';
import { openSeed } from '../runtime/totp-seed';
import type { AttemptRow } from '../storage/mfa-attempts';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { loadActiveTotp, spendTotpStep } from '../storage/totp-authenticators';
import type { TotpAnswer } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import type { AnswerQuery, Proof } from './factor';
import { createJudge, type Verdict } from './judge-answer';

interface Evidence {
  readonly digest: Buffer;
  readonly keyId: string;
}

/** Makes the activity. */
export function createVerifyTotp(deps: ActivityDeps) {
  const judge = createJudge<TotpAnswer, Evidence>(deps, {
    method: 'totp',
    evidenceOf: ({ answer }, attempt) => evidenceOf(answer, attempt, deps.keys.currentId),
    match: (session, evidence) => matchCode(deps, session, evidence),
  });
  return function verifyTotp(query: AnswerQuery<TotpAnswer>): Promise<Verdict> {
    return judge(query);
  };
}

function evidenceOf(
  answer: TotpAnswer | undefined,
  attempt: AttemptRow | undefined,
  currentKeyId: string,
): Evidence | undefined {
  if (answer) return { digest: Buffer.from(answer.digest, 'base64url'), keyId: answer.digestKeyId };
  if (!attempt?.digest) return undefined;
  return { digest: attempt.digest, keyId: attempt.digestKeyId ?? currentKeyId };
}

/**
 * The time step whose code was typed, of whichever of the user's authenticators: they share the one try that was
 * charged. Seeds never leave this function.
 */
async function matchCode(
  { pool, keys }: ActivityDeps,
  session: MfaSessionRow,
  evidence: Evidence,
): Promise<Proof | undefined> {
  for (const totp of await loadActiveTotp(pool, session.userId)) {
    const seed = openSeed(keys, totp);
    for (const { step, code } of candidateCodes(seed, totp.now, totp.lastStep)) {
      const answer = { sessionIdHash: session.idHash, method: 'totp', code };
      const expected = digestCode(keys, answer, evidence.keyId);
      if (digestsEqual(expected.digest, evidence.digest)) return proofOf(totp.id, step);
    }
  }
  return undefined;
}

/** Of all racing sessions with this code exactly one moves `last_step`. */
function proofOf(authenticatorId: string, step: number): Proof {
  return {
    method: 'totp',
    amr: ['otp', 'mfa'],
    mayTrustDevice: true,
    spend: (tx) => spendTotpStep(tx, authenticatorId, step),
  };
}
