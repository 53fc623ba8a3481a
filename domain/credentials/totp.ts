/**
 * Time-based one-time passwords (RFC 6238): 6 digits, 30 s, SHA-1, one step of drift to either side.
 * Codes are compared as keyed digests, so this module makes candidate codes and never sees what was typed.
 */
import { createGuardrails, generateSecret, generateSync, generateURI } from 'otplib';

export const TOTP_PERIOD_SECONDS = 30;
export const TOTP_DIGITS = 6;
const DRIFT_STEPS = 1;

/** RFC 4226 §4 R6 asks for 128 bits; seeds of 80 bits are in wide use and may be imported. */
const MIN_SEED_BYTES = 10;
const MAX_SEED_BYTES = 64;
const GUARDRAILS = createGuardrails({ MIN_SECRET_BYTES: MIN_SEED_BYTES, MAX_SECRET_BYTES: MAX_SEED_BYTES });

export interface TotpCandidate {
  /** Time step since the epoch. */
  readonly step: number;
  readonly code: string;
}

/** The codes valid at `nowMs` (epoch ms) that are newer than `lastStep`, newest first. `seed` is canonical Base32. */
export function candidateCodes(seed: string, nowMs: number, lastStep: number): TotpCandidate[] {
  const current = Math.floor(nowMs / 1_000 / TOTP_PERIOD_SECONDS);
  const steps = [current + DRIFT_STEPS, current, current - DRIFT_STEPS];
  return steps.filter((step) => step > lastStep).map((step) => ({ step, code: codeAt(seed, step) }));
}

/** The code of one step. */
export function codeAt(seed: string, step: number): string {
  return generateSync({
    secret: seed,
    epoch: step * TOTP_PERIOD_SECONDS,
    period: TOTP_PERIOD_SECONDS,
    digits: TOTP_DIGITS,
    guardrails: GUARDRAILS,
  });
}

/** A new seed: 160 bits (the length that RFC 4226 §4 R6 recommends), Base32. */
export function newTotpSeed(): string {
  return generateSecret({ length: 20 });
}

/** Canonical Base32 (upper case, no spaces or padding) of a seed of 10–64 bytes, or `undefined`. */
export function canonicalSeed(text: string): string | undefined {
  const seed = text.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase();
  if (!/^[A-Z2-7]+$/.test(seed)) return undefined;
  const bytes = Math.floor((seed.length * 5) / 8);
  // 1, 3 or 6 characters beyond a multiple of 8 encode no whole byte (RFC 4648 §6).
  if ([1, 3, 6].includes(seed.length % 8)) return undefined;
  return bytes >= MIN_SEED_BYTES && bytes <= MAX_SEED_BYTES ? seed : undefined;
}

/** The `otpauth://` URI that authenticator apps scan. */
export function otpauthUri(options: { issuer: string; account: string; seed: string }): string {
  return generateURI({ issuer: options.issuer, label: options.account, secret: options.seed });
}
