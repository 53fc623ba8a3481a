/** Account recovery: its steps, and how long each may take. Every step has a clock; at its end the case is over. */

export const RECOVERY_STATES = [
  'requested',
  'code_sent',
  'confirmed',
  'completed',
  'expired',
  'dead',
  'refused',
] as const;
export type RecoveryState = (typeof RECOVERY_STATES)[number];

/** Which moves there are; an ended case never moves again. */
export const RECOVERY_TRANSITIONS: Readonly<Record<RecoveryState, readonly RecoveryState[]>> = {
  requested: ['code_sent', 'expired', 'refused'],
  code_sent: ['confirmed', 'expired', 'dead', 'refused'],
  confirmed: ['completed', 'expired', 'refused'],
  completed: [],
  expired: [],
  dead: [],
  refused: [],
};

export type RecoveryEnd = 'completed' | 'expired' | 'dead' | 'refused';

/** What an administrator may order: waive the block at once, end the case, give the step more time. */
export const RECOVERY_ORDERS = ['release', 'refuse', 'extend'] as const;
export type RecoveryOrder = (typeof RECOVERY_ORDERS)[number];

export const RECOVERY_CODE_DIGITS = 8;
/** From the request to the right code. */
export const RECOVERY_CODE_SECONDS = 600;
/** From the right code to the new password. */
export const RECOVERY_PASSWORD_SECONDS = 900;
/** How long the device of the blocked sign-in is asked for MFA instead of being blocked. */
export const BLOCK_WAIVER_SECONDS = 900;
export const RECOVERY_EXTENSION_SECONDS = 900;
export const MAX_RECOVERY_EXTENSIONS = 4;
export const MAX_RECOVERY_ATTEMPTS = 5;
/** Codes that a user is sent within an hour: in all, and by requests from one address. */
export const MAX_RECOVERY_CODES_PER_HOUR = 10;
export const MAX_RECOVERY_CODES_PER_ADDRESS = 3;
/** How old the blocked sign-in may be that a recovery or a release names. */
export const RELEASABLE_SECONDS = 24 * 3_600;
