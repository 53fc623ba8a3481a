/**
 * The audit vocabulary. Seven messages are the product's promise, word for word; the others follow their form.
 * An event is written in the transaction that caused it, and the log line is derived from the written event.
 */
import type { Decision, DecisionReason } from './policy/decision';

export type AuditLevel = 'info' | 'warn';

export const AUDIT_MESSAGES = {
  'mfa.required.portal': 'MFA required: ZewstID portal',
  'mfa.required.risk': 'MFA required by risk assessment',
  'mfa.required.policy': 'MFA required: application policy',
  'mfa.required.block_waived': 'MFA required: block waived for this device',
  'mfa.required.policy_unavailable': 'MFA required: policy unavailable',
  'mfa.skipped.low_risk': 'MFA skipped: low risk',
  'mfa.skipped.policy': 'MFA skipped: application policy',
  'mfa.skipped.no_method': 'MFA skipped: no method enrolled',
  'sign_in.blocked': 'Login blocked by risk assessment',
  'sign_in.blocked.account': 'Login blocked: account disabled',
  'mfa.session.created': 'MFA session created',
  'mfa.verified': 'MFA verification successful',
  'step_up.session.created': 'Step-up MFA session created',
  'step_up.approved': 'Step-up approved: MFA was recently completed',
  'step_up.blocked': 'Step-up blocked by risk assessment',
  'step_up.refused': 'Step-up refused: no method enrolled',
  'step_up.redeemed': 'Step-up receipt redeemed',
  'mfa.session.expired': 'MFA session expired',
  'mfa.session.dead': 'MFA session ended: too many wrong answers',
  'mfa.session.cancelled': 'MFA session cancelled',
  'mfa.session.superseded': 'MFA session superseded by newer ones',
  'mfa.answer.refused': 'MFA verification failed',
  'enrollment.required': 'Sign-in refused: enrollment required',
  'sign_in.abandoned': 'Sign-in abandoned: not answered in time',
  'user.created': 'User created',
  'user.imported': 'User imported',
  'user.password_changed': 'Password changed by its user',
  'user.updated': 'User updated',
  'user.deleted': 'User deleted',
  'user.disabled': 'User disabled',
  'user.enabled': 'User enabled',
  'user.unlocked': 'User unlocked',
  'user.factors_reset': 'MFA methods reset',
  'user.sessions_revoked': 'Sessions revoked',
  'method.enrolled': 'MFA method enrolled',
  'method.removed': 'MFA method removed',
  'method.renamed': 'MFA method renamed',
  'device.revoked': 'Device trusted no more',
  'backup_codes.created': 'Backup codes created',
  'backup_codes.used': 'Backup code used',
  'passkey.counter_regressed': 'Passkey disabled: its counter went backwards',
  'push.prompted': 'Approval asked for on a device',
  'push.denied': 'Approval denied on a device',
  'push.reported': 'Approval denied and reported: not asked for by the user',
  'push.switched_off': 'Push switched off for 15 minutes: somebody else asks for approvals',
  'session.ended': 'Session ended',
  'session.step_up_required': 'Session needs fresh MFA: application policy changed',
  'session.reported': 'Session reported by its user',
  'recovery.requested': 'Account recovery requested',
  'recovery.code_sent': 'Account recovery: code sent by e-mail',
  'recovery.confirmed': 'Account recovery: e-mail address proven',
  'recovery.completed': 'Account recovery completed: password changed, sessions ended',
  'recovery.expired': 'Account recovery expired',
  'recovery.dead': 'Account recovery ended: too many wrong codes',
  'recovery.refused': 'Account recovery refused by an administrator',
  'recovery.overtaken': 'Account recovery ended: access was ended otherwise',
  'recovery.extended': 'Account recovery extended by an administrator',
  'block.waived': 'Block waived for a device after recovery',
  'block.released': 'Block released by an administrator',
  'application.created': 'Application created',
  'application.policy_changed': 'Application policy changed',
  'application.secret_rotated': 'Application secret rotated',
  'organization.created': 'Organization created',
} as const;

export type AuditType = keyof typeof AUDIT_MESSAGES;

/** One row of `audit_events`, before it has an id and a time. `details` never carries a secret, an IP or a fingerprint. */
export interface AuditEvent {
  readonly organizationId: string;
  readonly type: AuditType;
  readonly level: AuditLevel;
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly policy?: string | undefined;
  readonly reason?: string | undefined;
  readonly riskScore?: number | null | undefined;
  readonly decisionId?: string | undefined;
  /** The one event that ends an attempt; the store refuses a second one. */
  readonly terminal: boolean;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Which event a decision is recorded as. */
export function decisionEventType(decision: Decision): AuditType {
  if (decision.outcome === 'block') {
    return decision.reason === 'risk_block' ? 'sign_in.blocked' : 'sign_in.blocked.account';
  }
  if (decision.outcome === 'allow') {
    if (decision.enrollment === 'allowed_without_method') return 'mfa.skipped.no_method';
    return decision.policy === 'never' ? 'mfa.skipped.policy' : 'mfa.skipped.low_risk';
  }
  return CHALLENGE_EVENTS[decision.reason] ?? 'mfa.required.risk';
}

const CHALLENGE_EVENTS: Partial<Record<DecisionReason, AuditType>> = {
  portal: 'mfa.required.portal',
  policy_always: 'mfa.required.policy',
  block_waived: 'mfa.required.block_waived',
  policy_unavailable: 'mfa.required.policy_unavailable',
};

/** Blocks are warnings, and so is letting somebody in without a method although risk is high or unknown. */
export function decisionEventLevel(decision: Decision): AuditLevel {
  if (decision.outcome === 'block') return 'warn';
  const riskyWithoutMethod =
    decision.enrollment === 'allowed_without_method' &&
    (decision.riskScore === null || decision.riskScore >= 30);
  return riskyWithoutMethod ? 'warn' : 'info';
}
