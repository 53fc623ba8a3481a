/** What a receipt says was proven: authentication context (`acr`) and methods (`amr`, RFC 8176). */

export const ACR = {
  /** First factor only. */
  pwd: 'urn:zewstid:acr:pwd',
  mfa: 'urn:zewstid:acr:mfa',
  /** Phishing-resistant: a passkey with user verification. */
  phr: 'urn:zewstid:acr:phr',
} as const;

/** A receipt tells of the moment it was issued and is to be used at once. */
export const RECEIPT_LIFETIME_SECONDS = 600;

export const FIRST_FACTORS = ['password', 'magic_link', 'otp', 'oauth', 'passkey'] as const;
export type FirstFactor = (typeof FIRST_FACTORS)[number];

const AMR_OF: Readonly<Record<FirstFactor, readonly string[]>> = {
  password: ['pwd'],
  magic_link: ['mca'],
  otp: ['otp'],
  // RFC 8176 has no value for federation: the first factor was somebody else's.
  oauth: [],
  passkey: ['swk', 'user'],
};

/** Methods of the first factor, with `rba`: the engine assessed the risk. */
export function firstFactorAmr(firstFactor: string): string[] {
  const known = (FIRST_FACTORS as readonly string[]).includes(firstFactor);
  return [...(known ? AMR_OF[firstFactor as FirstFactor] : []), 'rba'];
}

/** The authentication context of a session with this proof. Only a passkey's carries `user` (RFC 8176) beside a key. */
export function acrOf(proofAmr: readonly string[] | null): string {
  if (!proofAmr) return ACR.pwd;
  const isKey = proofAmr.includes('hwk') || proofAmr.includes('swk');
  return isKey && proofAmr.includes('user') ? ACR.phr : ACR.mfa;
}
