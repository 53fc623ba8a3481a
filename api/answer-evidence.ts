/** What was answered in the form in which it leaves the API, by method: keyed digests, or nothing but that it lies in the store. */
import { parseBackupCode } from '../domain/credentials/backup-code';
import { digestBackupCode } from '../runtime/backup-code-digest';
import { digestCode } from '../runtime/code-digest';
import type { Assertion } from '../runtime/passkey-assertion';
import { findBackupCodeKey } from '../storage/backup-codes';
import { submitEvidence } from '../storage/mfa-attempts';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import type { BackupCodeAnswer, PasskeyAnswer, TotpAnswer } from '../workflows/messages';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import type { DirectBody, VerifyBody } from './routes/mfa/verify-schemas';

/** The part of a submitted answer that depends on its method. */
export type AnswerEvidence =
  | Pick<TotpAnswer, 'method' | 'digest' | 'digestKeyId'>
  | Pick<BackupCodeAnswer, 'method' | 'digit' | 'digest' | 'digestKeyId'>
  | Pick<PasskeyAnswer, 'method'>;

/** Digests what a body says, for the session that it answers. */
export async function evidenceOf(
  deps: ApiDeps,
  session: MfaSessionRow,
  { body, attemptId }: { body: DirectBody; attemptId: string },
): Promise<AnswerEvidence> {
  const { method } = body;
  switch (method) {
    case 'totp': {
      const typed = digestCode(deps.keys, { sessionIdHash: session.idHash, method, code: body.code });
      return { method, digest: typed.digest.toString('base64url'), digestKeyId: typed.keyId };
    }
    case 'backupCode':
      return backupCodeEvidence(deps, session.userId, body.code);
    case 'passkey':
      return leaveAssertion(deps, { attemptId, sessionIdHash: session.idHash }, body.credential);
  }
}

/** By the key of the stored codes: after a rotation of the master key they are still the old key's. */
async function backupCodeEvidence(
  { pool, keys }: ApiDeps,
  userId: string,
  code: string,
): Promise<AnswerEvidence> {
  const parsed = parseBackupCode(code);
  if (!parsed) throw new Problem('invalid_request');
  const { digit, canonical } = parsed;
  const storedKeyId = (await findBackupCodeKey(pool, userId)) ?? keys.currentId;
  // Codes of a key that is gone cannot be checked any more: wrong, like codes that were replaced.
  const digestKeyId = keys.ids.includes(storedKeyId) ? storedKeyId : keys.currentId;
  const digest = digestBackupCode(keys, { userId, canonical }, digestKeyId);
  return { method: 'backupCode', digit, digest, digestKeyId };
}

/** An assertion goes to the store, for the activity that judges the attempt: a workflow's history is no place for it. */
async function leaveAssertion(
  { pool }: ApiDeps,
  attempt: { attemptId: string; sessionIdHash: string },
  { id, rawId, response }: Extract<VerifyBody, { method: 'passkey' }>['credential'],
): Promise<AnswerEvidence> {
  if (id !== rawId) throw new Problem('invalid_request');
  const { userHandle, ...signed } = response;
  const evidence: Assertion = { credentialId: id, ...signed, ...(userHandle && { userHandle }) };
  await submitEvidence(pool, { ...attempt, method: 'passkey', evidence });
  return { method: 'passkey' };
}
