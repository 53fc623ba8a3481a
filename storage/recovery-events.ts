/** The audit events of a recovery case. */
import type { AuditEvent, AuditType } from '../domain/audit-event';
import type { RecoveryCaseRow } from './recovery-cases';

type About = Pick<RecoveryCaseRow, 'organizationId' | 'userId' | 'clientId' | 'decisionId'> & {
  readonly id: string;
};

/** An event about a case; its id leads to the workflow. */
export function recoveryEvent(
  about: About,
  type: AuditType,
  extra: { by?: string; level?: 'info' | 'warn'; details?: object } = {},
): AuditEvent {
  const { organizationId, userId, clientId, decisionId, id: caseId } = about;
  const { by, level = 'info', details } = extra;
  return {
    organizationId,
    userId: userId ?? undefined,
    clientId,
    decisionId: decisionId ?? undefined,
    type,
    level,
    terminal: false,
    details: { caseId, ...(by !== undefined && { by }), ...details },
  };
}
