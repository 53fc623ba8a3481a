/** Verifies a passkey's assertion (`judge-answer.ts`): what is checked, and that a challenge is good for one answer. */
import { isCounterRegressed, passkeyAmr } from '../domain/credentials/passkey';
import { parseAssertion, verifyAssertion, type Assertion } from '../runtime/passkey-assertion';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { findActivePasskey, usePasskey } from '../storage/passkeys';
import { findSessionChallenge, spendSessionChallenge } from '../storage/webauthn-challenges';
import type { PasskeyAnswer } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import { disableCopiedPasskey } from './disable-copied-passkey';
import type { AnswerQuery, Proof } from './factor';
import { createJudge, type Verdict } from './judge-answer';

/** Makes the activity. The assertion lies with the attempt: neither an answer nor a Signal carries it. */
export function createVerifyPasskey(deps: ActivityDeps) {
  const judge = createJudge<PasskeyAnswer, Assertion>(deps, {
    method: 'passkey',
    evidenceOf: (_query, attempt) => parseAssertion(attempt?.evidence),
    match: (session, assertion) => matchAssertion(deps, session, assertion),
  });
  return function verifyPasskey(query: AnswerQuery<PasskeyAnswer>): Promise<Verdict> {
    return judge(query);
  };
}

async function matchAssertion(
  deps: ActivityDeps,
  session: MfaSessionRow,
  assertion: Assertion,
): Promise<Proof | undefined> {
  const { pool, relyingParty } = deps;
  const { idHash: sessionIdHash, userId } = session;
  const challengeHash = await findSessionChallenge(pool, sessionIdHash);
  if (challengeHash === undefined) return undefined;
  const challenge = { sessionIdHash, challengeHash };
  // A stranger's own passkey proves nothing about this user.
  const passkey = await findActivePasskey(pool, { userId, credentialId: assertion.credentialId });
  const facts = passkey && (await verifyAssertion(relyingParty, { assertion, passkey, challengeHash }));
  if (!passkey || !facts) {
    // A challenge is good for one answer, a wrong one too.
    await spendSessionChallenge(pool, challenge);
    return undefined;
  }
  if (isCounterRegressed(passkey.signCount, facts.signCount)) {
    await spendSessionChallenge(pool, challenge);
    await disableCopiedPasskey(deps, session, { passkeyId: passkey.id, signCount: facts.signCount });
    return undefined;
  }
  return {
    method: 'passkey',
    amr: passkeyAmr(passkey),
    mayTrustDevice: true,
    // Of all who race with this assertion, one takes its challenge.
    spend: async (tx) =>
      (await spendSessionChallenge(tx, challenge)) && usePasskey(tx, { id: passkey.id, ...facts }),
  };
}
