/** The audit events of a sign-in's decision. */
import { decisionEventLevel, decisionEventType, type AuditEvent } from '../domain/audit-event';
import type { Decision } from '../domain/policy/decision';
import { eventBase, type StoredDecision } from '../storage/sign-ins';

/** One event for the decision, a second for the session it opened or for the refusal. */
export function decisionEvents(stored: StoredDecision, decision: Decision): AuditEvent[] {
  const base = eventBase(stored);
  const details = { signals: decision.signals.map(({ code, points }) => ({ code, points })) };
  const decided: AuditEvent = {
    ...base,
    type: decisionEventType(decision),
    level: decisionEventLevel(decision),
    terminal: stored.state === 'allowed' || stored.state === 'blocked',
    details: decision.blockReason ? { ...details, blockReason: decision.blockReason } : details,
  };
  if (stored.state === 'challenged') {
    return [decided, { ...base, type: 'mfa.session.created', level: 'info', terminal: false }];
  }
  if (stored.state === 'refused') {
    return [decided, { ...base, type: 'enrollment.required', level: 'info', terminal: true }];
  }
  return [decided];
}
