/** From signals to one number. */
import type { Signal, SignalCode } from './assessment';
import { ATTACK_FAILURES } from './rules/failures';
import { BLOCK_SCORE, FLOOR_SCORE, LEARNING_CAP, LEARNING_SIGN_INS } from './settings';

/** No newcomer's innocence explains these. */
const LIFTS_LEARNING_CAP: ReadonlySet<SignalCode> = new Set<SignalCode>([
  'threat_intel',
  'tor_exit',
  'impossible_travel',
]);

export interface ScoreInput {
  readonly signals: readonly Signal[];
  readonly completedSignIns: number;
  /** Failures from this fingerprint within 15 minutes. */
  readonly sameFingerprintFailures: number;
}

/**
 * The integer score 0–100: the sum of points, at least 30 with a floor signal, at least 80 with a blocking one,
 * at most 79 while the account is being learned.
 */
export function scoreOf(input: ScoreInput): number {
  const { signals } = input;
  let score = signals.reduce((sum, signal) => sum + signal.points, 0);
  score = Math.min(100, Math.max(0, score));
  if (signals.some((signal) => signal.floor)) score = Math.max(score, FLOOR_SCORE);
  if (signals.some((signal) => signal.blocks === true)) score = Math.max(score, BLOCK_SCORE);
  return isCapped(input) ? Math.min(score, LEARNING_CAP) : score;
}

function isCapped({ signals, completedSignIns, sameFingerprintFailures }: ScoreInput): boolean {
  if (completedSignIns >= LEARNING_SIGN_INS || sameFingerprintFailures >= ATTACK_FAILURES) return false;
  return !signals.some((signal) => LIFTS_LEARNING_CAP.has(signal.code) && signal.stale !== true);
}
