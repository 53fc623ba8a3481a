/** One sign-in of a stream, as `npm run risk:evaluate` reads it. What it does not name is ignored. */
import { canonicalIp } from '../network/ip-address';

export const EVENT_OUTCOMES = ['ok', 'failed_first_factor'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** What would happen if the sign-in were challenged. */
export const MFA_RESULTS = ['pass', 'fail', 'abandon'] as const;
export type MfaResult = (typeof MFA_RESULTS)[number];

export interface RiskEvent {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly userId: string;
  readonly clientId: string;
  /** Canonical text. */
  readonly ip: string;
  readonly userAgent: string;
  readonly fingerprint: string;
  readonly outcome: EventOutcome;
  /** `abandon` of a failed first factor, which is never challenged. */
  readonly mfa: MfaResult;
  /** In a stream trust follows the fingerprint, unless an event says that its browser does not hold the token. */
  readonly holdsDeviceToken: boolean;
  /** Who it really was, where the stream says so: `legitimate`, or the class of an attacker. */
  readonly label?: string;
}

export type ParsedEvent =
  { readonly ok: true; readonly event: RiskEvent } | { readonly ok: false; readonly problem: string };

const MAX_TEXT = 256;
const MAX_USER_AGENT = 4_096;

/** Reads a line of a stream. A problem names the field, never its value. */
export function parseRiskEvent(line: string): ParsedEvent {
  const value = parseJson(line);
  if (value === undefined) return { ok: false, problem: 'is no JSON object' };
  const {
    id,
    userId,
    clientId,
    fingerprint,
    userAgent,
    outcome,
    mfa,
    holdsDeviceToken = true,
    label,
  } = value;
  const at = typeof value['at'] === 'string' ? Date.parse(value['at']) : NaN;
  const ip = typeof value['ip'] === 'string' ? canonicalIp(value['ip']) : null;
  if (!isText(id)) return wrong('id', `must be text of 1 to ${MAX_TEXT} characters`);
  if (!Number.isFinite(at) || at < 0) return wrong('at', 'must be a time (ISO 8601)');
  if (!isText(userId)) return wrong('userId', `must be text of 1 to ${MAX_TEXT} characters`);
  if (!isText(clientId)) return wrong('clientId', `must be text of 1 to ${MAX_TEXT} characters`);
  if (ip === null) return wrong('ip', 'must be an IPv4 or IPv6 address');
  if (typeof userAgent !== 'string' || userAgent.length > MAX_USER_AGENT)
    return wrong('userAgent', `must be text of at most ${MAX_USER_AGENT} characters`);
  if (!isText(fingerprint)) return wrong('fingerprint', `must be text of 1 to ${MAX_TEXT} characters`);
  if (!isOneOf(EVENT_OUTCOMES, outcome))
    return wrong('outcome', `must be one of ${EVENT_OUTCOMES.join(', ')}`);
  const result = mfa ?? (outcome === 'ok' ? undefined : 'abandon');
  if (!isOneOf(MFA_RESULTS, result)) return wrong('mfa', `must be one of ${MFA_RESULTS.join(', ')}`);
  if (typeof holdsDeviceToken !== 'boolean') return wrong('holdsDeviceToken', 'must be true or false');
  const labelled = typeof label === 'string' ? { label } : {};
  const event = { id, at, userId, clientId, ip, userAgent, fingerprint, outcome, holdsDeviceToken };
  return { ok: true, event: { ...event, mfa: result, ...labelled } };
}

function parseJson(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function wrong(field: string, rule: string): ParsedEvent {
  return { ok: false, problem: `${field} ${rule}` };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT;
}

function isOneOf<Value extends string>(values: readonly Value[], value: unknown): value is Value {
  return (values as readonly unknown[]).includes(value);
}
