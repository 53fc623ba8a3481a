/**
 * Guessing guards (NIST SP 800-63B §5.2.2): how many wrong answers an account may give, and how fast.
 * Two lanes, so that a stranger's failures never lock out the owner's trusted device.
 */
export type Lane = 'trusted' | 'untrusted';

/** Wrong answers that a single MFA session survives is one less than this; the fifth kills it. */
export const MAX_SESSION_ATTEMPTS = 5;

/** Consecutive wrong answers over all sessions before delays begin. */
export const FREE_FAILURES = 5;

/** Consecutive wrong answers after which a lane is closed: 100 in all. */
export const LANE_CAPS: Readonly<Record<Lane, number>> = { untrusted: 90, trusted: 10 };

const FIRST_DELAY_SECONDS = 30;
const LONGEST_DELAY_SECONDS = 3_600;

/** Seconds until the next try after `consecutiveFailures` wrong answers in a row: 5 free, then 30 s doubling to 1 h. */
export function delaySeconds(consecutiveFailures: number): number {
  if (!(consecutiveFailures >= FREE_FAILURES)) return 0;
  const doublings = Math.min(consecutiveFailures - FREE_FAILURES, 20);
  return Math.min(FIRST_DELAY_SECONDS * 2 ** doublings, LONGEST_DELAY_SECONDS);
}
