/**
 * The messages that people get by e-mail: every kind with what it tells. Places and devices are those of the sign-in
 * facts; an address never enters a message.
 */
import type { SignInFacts } from '../risk/facts';

/** From where something was done, as far as it is known. */
export interface Origin {
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** Family names; `unknown` when not recognised. */
  readonly browser?: string;
  readonly os?: string;
}

/** A code by e-mail, and how long it is valid. */
export interface CodeParams {
  readonly code: string;
  readonly minutes: number;
}

export type FactorMethod = 'totp' | 'push' | 'backupCode' | 'passkey';
export type NothingMore = Readonly<Record<never, never>>;

export interface NoticeParams {
  readonly enrollment_code: CodeParams;
  readonly recovery_code: CodeParams;
  readonly account_recovered: NothingMore;
  readonly password_changed: NothingMore;
  /** To the address as it was. */
  readonly address_changed: NothingMore;
  readonly block_released: Origin;
  readonly new_device: Origin;
  /** `reset`: an administrator removed all of them. */
  readonly factor_changed: { readonly change: 'added' | 'removed' | 'reset'; readonly method?: FactorMethod };
  /** For which sign-ins the authenticator counts no more: those on devices that are trusted, or on all others. */
  readonly authenticator_disabled: { readonly lane: 'trusted' | 'untrusted' };
  readonly backup_codes_low: { readonly left: number };
  /** Of the sign-in in which the copy was noticed. */
  readonly passkey_disabled: Origin;
  readonly push_reported: Origin;
  readonly push_switched_off: Origin;
  readonly session_reported: Origin;
}

export type NoticeKind = keyof NoticeParams;

/** One message before it has a language. */
export type Notice = {
  [Kind in NoticeKind]: { readonly kind: Kind; readonly params: NoticeParams[Kind] };
}[NoticeKind];

/** Further lines of a message, each with a label. */
export type Detail = 'when' | 'where' | 'device' | 'method' | 'affected';

export interface NoticeForm {
  readonly details: readonly Detail[];
  /** The parameter that lets its reader in: sealed at rest, absent from workflows and logs. */
  readonly secret?: 'code';
}

const SEEN: readonly Detail[] = ['when', 'where', 'device'];

export const NOTICES: Readonly<Record<NoticeKind, NoticeForm>> = {
  enrollment_code: { details: [], secret: 'code' },
  recovery_code: { details: [], secret: 'code' },
  account_recovered: { details: ['when'] },
  password_changed: { details: ['when'] },
  address_changed: { details: ['when'] },
  block_released: { details: SEEN },
  new_device: { details: SEEN },
  factor_changed: { details: ['when', 'method'] },
  authenticator_disabled: { details: ['when', 'affected'] },
  backup_codes_low: { details: [] },
  passkey_disabled: { details: SEEN },
  push_reported: { details: SEEN },
  push_switched_off: { details: SEEN },
  session_reported: { details: SEEN },
};

/** Whether a stored word is a kind that this version knows. */
export function isNoticeKind(word: string): word is NoticeKind {
  return Object.hasOwn(NOTICES, word);
}

/** What may be told of a sign-in: place and device. */
export function originOf(facts: SignInFacts | null): Origin {
  if (!facts) return {};
  const { city, country } = facts.network;
  const { browserFamily: browser, osFamily: os } = facts.agent;
  return { ...(city !== undefined && { city }), ...(country !== undefined && { country }), browser, os };
}

/** A user is told of a device once; `deviceKey` is a keyed digest. */
export function newDeviceOnceKey(userId: string, deviceKey: string): string {
  return `new_device/${userId}/${deviceKey}`;
}
