/** Passkeys (WebAuthn level 3): what an assertion proves, and what its counter says. */

/** More than anybody carries; it bounds what a browser is asked to look for. */
export const MAX_PASSKEYS_PER_USER = 20;

/** A challenge of a registration is good for this long; that of a sign-in no longer than its MFA session. */
export const CHALLENGE_SECONDS = 300;

/** As how many failed first factors a copied key counts in the assessment of the device that used it (`domain/risk/rules/failures.ts`). */
export const COPIED_PASSKEY_WEIGHT = 10;

/**
 * The methods (RFC 8176) of an assertion with user verification: a key that may be copied between devices is held in
 * software, as far as anybody can tell; one that may not is held in hardware.
 */
export function passkeyAmr({ backupEligible }: { backupEligible: boolean }): readonly string[] {
  return [backupEligible ? 'swk' : 'hwk', 'user', 'mfa'];
}

/**
 * Whether a signature counter went backwards (WebAuthn L3 §6.1.1): a sign of a second copy of the key. Authenticators
 * without a counter always say 0.
 */
export function isCounterRegressed(stored: number, received: number): boolean {
  return (stored > 0 || received > 0) && received <= stored;
}
