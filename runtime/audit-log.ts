/** Log lines of the audit, derived from the rows as the deciding transaction wrote them. */
import type { Logger } from './logger';
import type { AuditRow } from '../storage/audit-events';

/** Logs committed audit rows: message word for word, with userId, clientId, policy, reason and riskScore. */
export function logAudit(logger: Logger, rows: readonly AuditRow[]): void {
  for (const row of rows) {
    const { userId, clientId, policy, reason, riskScore, decisionId } = row;
    logger[row.level](
      { audit: row.type, userId, clientId, policy, reason, riskScore, decisionId },
      row.message,
    );
  }
}
