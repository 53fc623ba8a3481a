/** Push: the rules of prompts on an authenticator device, and where a prompt stands. */
import type { MfaSessionState } from './session';

/** A prompt can be answered for this long. */
export const PROMPT_SECONDS = 120;
export const PAIRING_SECONDS = 600;
export const MAX_DEVICES_PER_USER = 5;

/** How many prompts a user may be sent, whoever asks for them: more is what wears people down (MFA fatigue). */
export const PROMPT_LIMITS = [
  { prompts: 3, seconds: 300 },
  { prompts: 10, seconds: 3_600 },
] as const;

/** So many denials within an hour, without an approval in between, switch push off; one report does at once. */
export const DENIALS_UNTIL_PAUSE = 2;
export const PAUSE_SECONDS = 900;

/** As how many failed first factors a denied prompt counts in the assessment of its device (`domain/risk/rules/failures.ts`). */
export const DENIAL_WEIGHTS = { deny: 3, report: 10 } as const;

export const NUMBER_DIGITS = [2, 6] as const;
export type NumberDigits = (typeof NUMBER_DIGITS)[number];

export const PROMPT_DECISIONS = ['approve', 'deny', 'report'] as const;
export type PromptDecision = (typeof PROMPT_DECISIONS)[number];

/** `answered`: a signed approval lies there and has not been judged yet. */
export type PromptStanding = 'pending' | 'answered' | 'approved' | 'denied' | 'expired';

/** What a stored prompt is known by. */
export interface StoredPrompt {
  readonly status: 'pending' | 'answered' | 'denied' | 'reported' | 'expired';
  readonly sessionState: MfaSessionState;
  /** To the deadline of the prompt, and to that of its session, whichever comes first, by the database's clock. */
  readonly remainingMs: number;
  /** The verdict on the answer, once it was judged. */
  readonly verdict: string | null;
}

/** Where a prompt stands. The rows say it together: a prompt whose session is over waits for nobody. */
export function standingOf({ status, sessionState, remainingMs, verdict }: StoredPrompt): PromptStanding {
  const isSessionOpen = sessionState === 'pending';
  switch (status) {
    case 'pending':
      return isSessionOpen && remainingMs > 0 ? 'pending' : 'expired';
    case 'answered':
      if (verdict === null) return isSessionOpen ? 'answered' : 'expired';
      if (verdict === 'verified') return 'approved';
      return verdict === 'closed' ? 'expired' : 'denied';
    case 'denied':
    case 'reported':
      return 'denied';
    case 'expired':
      return 'expired';
  }
}
