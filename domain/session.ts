/** The MFA session: what a challenged caller holds. Its states, and which moves between them are allowed. */

export const MFA_SESSION_SECONDS = 300;
export const MAX_OPEN_SESSIONS_PER_USER = 20;
/** A proof of MFA is kept this long; no action may accept an older one. */
export const PROOF_SECONDS = 1_800;
/** A device stays trusted this long after an MFA on it; plain sign-ins do not extend it. */
export const TRUST_SECONDS = 30 * 24 * 3_600;

export const MFA_SESSION_STATES = [
  'pending',
  'verified',
  'expired',
  'dead',
  'cancelled',
  'superseded',
] as const;
export type MfaSessionState = (typeof MFA_SESSION_STATES)[number];
export type EndedState = Exclude<MfaSessionState, 'pending'>;

/** Every session starts pending and ends once; an ended one never moves again. */
export const TRANSITIONS: Readonly<Record<MfaSessionState, readonly EndedState[]>> = {
  pending: ['verified', 'expired', 'dead', 'cancelled', 'superseded'],
  verified: [],
  expired: [],
  dead: [],
  cancelled: [],
  superseded: [],
};

/** Why a session ended before its time. */
export type SessionEndReason =
  | 'signed_out'
  | 'ended_by_user'
  | 'ended_by_application'
  | 'reported'
  | 'password_changed'
  | 'policy_changed'
  | 'administrator'
  | 'recovered'
  | 'abandoned';

/** The second factors a user can have. */
export const METHODS = ['totp', 'push', 'backupCode', 'passkey'] as const;
export type Method = (typeof METHODS)[number];
export type EnrolledMethods = Readonly<Record<Method, boolean>>;

/** Whether the user can be challenged: also one with nothing but backup codes is, and never let in without. */
export function hasAnyMethod(methods: EnrolledMethods): boolean {
  return METHODS.some((method) => methods[method]);
}

/** Whether there is one that backup codes can stand in for: they are none of their own. */
export function hasFactor(methods: EnrolledMethods): boolean {
  return METHODS.some((method) => method !== 'backupCode' && methods[method]);
}
