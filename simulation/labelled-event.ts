/** One line of a simulated stream: the event of the offline evaluation, and beside it what it really was. */

export const ATTACK_LABELS = [
  'naive',
  'vpn',
  'targeted',
  'cloned_hosting',
  'cloned_isp',
  'far_hijack',
  'brute_force',
] as const;
export type AttackLabel = (typeof ATTACK_LABELS)[number];
export const LABELS = ['legitimate', ...ATTACK_LABELS] as const;
export type Label = (typeof LABELS)[number];

export interface LabelledEvent {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly userId: string;
  readonly clientId: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly fingerprint: string;
  readonly outcome: 'ok' | 'failed_first_factor';
  /** What would happen if this sign-in were challenged. */
  readonly mfa: 'pass' | 'fail' | 'abandon';
  /** Absent: the browser shows the device token that it got if MFA ever succeeded on it. */
  readonly holdsDeviceToken?: false;
  readonly label: Label;
}

/** An event before it has its place in the stream. Times are epoch ms. */
export interface DraftEvent extends Omit<LabelledEvent, 'id' | 'at'> {
  readonly at: number;
}
