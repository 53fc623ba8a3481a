/** The activities of the worker, made from their dependencies. Workflows import the type only. */
import { createAssessRisk } from './assess-risk';
import { createCancelSession } from './cancel-session';
import { createCompleteRecovery } from './complete-recovery';
import { createConfirmRecovery } from './confirm-recovery';
import { createDeliverNotice, createGiveUpNotice } from './deliver-notice';
import type { ActivityDeps } from './deps';
import { createLookUpPolicy } from './look-up-policy';
import { createReassessBatch } from './reassess-batch';
import { createRecordAbandoned } from './record-abandoned';
import { createRecordDecision } from './record-decision';
import { createRecordStepUp } from './record-step-up';
import { createSendPrompt } from './send-prompt';
import { createSendRecoveryCode } from './send-recovery-code';
import { createCancelRecovery, createSettleRecovery } from './settle-recovery';
import { createSettleSession } from './settle-session';
import { createUpdateFeeds } from './update-feeds';
import { createVerifyBackupCode } from './verify-backup-code';
import { createVerifyPasskey } from './verify-passkey';
import { createVerifyPush } from './verify-push';
import { createVerifyTotp } from './verify-totp';

export type { PolicySnapshot } from './look-up-policy';

/** Binds every activity to its dependencies. */
export function createActivities(deps: ActivityDeps) {
  return {
    lookUpPolicy: createLookUpPolicy(deps),
    assessRisk: createAssessRisk(deps),
    recordDecision: createRecordDecision(deps),
    recordStepUp: createRecordStepUp(deps),
    recordAbandoned: createRecordAbandoned(deps),
    verifyTotp: createVerifyTotp(deps),
    verifyBackupCode: createVerifyBackupCode(deps),
    verifyPasskey: createVerifyPasskey(deps),
    verifyPush: createVerifyPush(deps),
    sendPrompt: createSendPrompt(deps),
    settleSession: createSettleSession(deps),
    cancelSession: createCancelSession(deps),
    reassessBatch: createReassessBatch(deps),
    sendRecoveryCode: createSendRecoveryCode(deps),
    confirmRecovery: createConfirmRecovery(deps),
    completeRecovery: createCompleteRecovery(deps),
    settleRecovery: createSettleRecovery(deps),
    cancelRecovery: createCancelRecovery(deps),
    deliverNotice: createDeliverNotice(deps),
    giveUpNotice: createGiveUpNotice(deps),
    updateFeeds: createUpdateFeeds(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
