/** Account recovery as its user asks for it. Nothing here tells whether the account exists. */
import {
  BLOCK_WAIVER_SECONDS,
  RECOVERY_CODE_SECONDS,
  RECOVERY_PASSWORD_SECONDS,
  RELEASABLE_SECONDS,
  type RecoveryState,
} from '../domain/recovery';
import { logAudit } from '../runtime/audit-log';
import { UnknownKeyError } from '../runtime/keys';
import { hashSecret, newSecret } from '../runtime/random-ids';
import { recoveryCodeDigest } from '../runtime/recovery-code';
import { insertAuditEvents } from '../storage/audit-events';
import { findPasswordOwner } from '../storage/password-hashes';
import { inTransaction } from '../storage/postgres';
import {
  findRecoveryCase,
  insertRecoveryCase,
  storeNewPassword,
  type RecoveryCaseRow,
} from '../storage/recovery-cases';
import { recoveryEvent } from '../storage/recovery-events';
import { findReleasableBlock } from '../storage/releasable-blocks';
import { findUser, type UserRow } from '../storage/users';
import { insertWorkflowStart } from '../storage/workflow-starts';
import { RECOVER_ACCOUNT_WORKFLOW, recoverAccountWorkflowId } from '../workflows/recovery-messages';
import { assertAcceptablePassword } from './acceptable-password';
import { startAfterCommit } from './background-workflows';
import type { ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { checkPassword, hashPassword } from './passwords';
import { Problem } from './problem';

/** A step is answered within this time, or not at all. */
const STEP_DEADLINE_MS = 4_500;

export interface RecoveryRequest {
  readonly client: ClientPrincipal;
  readonly user: UserRow | undefined;
  /** The blocked sign-in that the user says was his. */
  readonly decisionId: string | undefined;
  readonly ipKey: string | undefined;
}

/** Opens a case and starts its workflow, for a login that nobody has just the same. */
export async function requestRecovery(deps: ApiDeps, request: RecoveryRequest) {
  const { client, user, decisionId, ipKey } = request;
  const block = await findReleasableBlock(deps.pool, {
    decisionId: decisionId ?? '',
    userId: user?.id ?? '',
    maxAgeSeconds: RELEASABLE_SECONDS,
  });
  const recoveryId = newSecret();
  const secretHash = hashSecret(recoveryId);
  const opened = {
    id: `rec_${secretHash.slice(0, 22)}`,
    userId: user?.id ?? null,
    organizationId: user?.organizationId ?? client.organizationId,
    clientId: client.clientId,
    decisionId: block?.decisionId ?? null,
    deviceKey: block?.deviceKey ?? null,
  };
  const input = { caseId: opened.id };
  const workflowId = recoverAccountWorkflowId(opened.id);
  const start = { workflow: RECOVER_ACCOUNT_WORKFLOW, workflowId, input } as const;
  const audit = await inTransaction(deps.pool, async (tx) => {
    await insertRecoveryCase(tx, { ...opened, secretHash, ipKey: ipKey ?? null });
    await insertWorkflowStart(tx, start);
    // The trail of an organization is not for strangers to fill.
    return insertAuditEvents(tx, user ? [recoveryEvent(opened, 'recovery.requested')] : []);
  });
  logAudit(deps.logger, audit);
  await startAfterCommit(deps, start);
  return { recoveryId, expiresIn: RECOVERY_CODE_SECONDS };
}

/** Judges the code that came by e-mail; 401 for a wrong one, an ended case, an unknown one alike. */
export async function confirmRecovery(deps: ApiDeps, recovery: RecoveryCaseRow, code: string) {
  if (!isOpenAt(recovery, ['requested', 'code_sent', 'confirmed'])) throw new Problem('verification_failed');
  const digest = digestOf(deps, recovery, code);
  const step = { kind: 'code', digest: digest.toString('base64url') } as const;
  await takeStep(deps, recovery, step);
  return { confirmed: true as const, expiresIn: RECOVERY_PASSWORD_SECONDS };
}

/** By the key that digested the stored code, so that a rotation in between costs nobody a try. */
function digestOf({ keys }: ApiDeps, { id: caseId, codeKeyId }: RecoveryCaseRow, code: string): Buffer {
  try {
    return recoveryCodeDigest(keys, { caseId, code }, codeKeyId ?? undefined);
  } catch (error) {
    if (!(error instanceof UnknownKeyError)) throw error;
    throw new Problem('verification_failed');
  }
}

/** Puts a new password into force. The hash waits in the case: no form of a password enters a workflow. */
export async function resetPassword(deps: ApiDeps, recovery: RecoveryCaseRow, newPassword: string) {
  const { id, userId } = recovery;
  const user = userId === null ? undefined : await findUser(deps.pool, userId);
  if (!user) throw new Problem('verification_failed');
  if (recovery.state === 'completed') return repeatedReset(deps, recovery, newPassword);
  if (!isOpenAt(recovery, ['confirmed'])) throw new Problem('verification_failed');
  const { login, email } = user;
  assertAcceptablePassword(deps, { password: newPassword, login, email });
  const hash = await hashPassword(newPassword);
  if (!(await storeNewPassword(deps.pool, { id, hash }))) throw new Problem('verification_failed');
  await takeStep(deps, recovery, { kind: 'password' });
  return resetAnswer(recovery);
}

function resetAnswer({ decisionId }: RecoveryCaseRow) {
  return {
    passwordChanged: true as const,
    blockWaivedFor: decisionId === null ? 0 : BLOCK_WAIVER_SECONDS,
  };
}

/** Whoever lost the answer to a completed reset asks again with the same password, and with no other. */
async function repeatedReset(deps: ApiDeps, recovery: RecoveryCaseRow, password: string) {
  const owner = await findPasswordOwner(deps.pool, recovery.userId ?? '');
  if (!(await checkPassword(owner?.passwordHash, password))) throw new Problem('verification_failed');
  return resetAnswer(recovery);
}

function isOpenAt({ state, remainingMs }: RecoveryCaseRow, states: readonly RecoveryState[]): boolean {
  return states.includes(state) && remainingMs > 0;
}

/** The case that a recovery id opens; guessing is slowed down per address. */
export async function recoveryOf(deps: ApiDeps, recoveryId: string, ip: string): Promise<RecoveryCaseRow> {
  const recovery = await findRecoveryCase(deps.pool, { secretHash: hashSecret(recoveryId) });
  if (recovery) return recovery;
  await deps.limits.address(ip);
  throw new Problem('verification_failed');
}

async function takeStep(
  deps: ApiDeps,
  { id }: RecoveryCaseRow,
  step: Parameters<ApiDeps['temporal']['recoveryStep']>[1],
): Promise<void> {
  const result = await deps.temporal.recoveryStep(id, step, STEP_DEADLINE_MS);
  switch (result.kind) {
    case 'done':
      return;
    case 'unavailable':
      throw new Problem('unavailable');
    case 'wrong':
    case 'ended':
      throw new Problem('verification_failed');
  }
}
