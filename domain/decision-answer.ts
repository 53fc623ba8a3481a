/** What a recorded decision answers to whoever waits for it, always made from the stored row. */
import type { Decision } from './policy/decision';
import type { EnrolledMethods } from './session';

export interface DecidedAnswer {
  readonly kind: 'decided';
  readonly decisionId: string;
  readonly outcome: Decision['outcome'];
  readonly policy: string;
  readonly reason: string;
  readonly riskScore: number | null;
  readonly enrollment: Decision['enrollment'];
  readonly methods: EnrolledMethods;
  /** Of a challenge that waits for a proof: when it ends (epoch ms, database clock). */
  readonly expiresAt?: number;
  /** Of an allowed sign-in: the session it opened. */
  readonly sessionId?: string;
}

/** The part of a stored decision that is answered. */
export interface AnsweredDecision extends Omit<
  DecidedAnswer,
  'kind' | 'decisionId' | 'expiresAt' | 'sessionId' | 'outcome'
> {
  readonly id: string;
  readonly outcome: Decision['outcome'] | 'none';
  readonly sessionId: string | null;
}

/** The answer; `undefined` when nothing was decided in time. `expiresAt` is the challenge's deadline, if there is one. */
export function decidedAnswer(stored: AnsweredDecision, expiresAt?: number): DecidedAnswer | undefined {
  const { id: decisionId, outcome, policy, reason, riskScore, enrollment, methods, sessionId } = stored;
  if (outcome === 'none') return undefined;
  return {
    kind: 'decided',
    decisionId,
    outcome,
    policy,
    reason,
    riskScore,
    enrollment,
    methods,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(outcome === 'allow' && sessionId !== null && { sessionId }),
  };
}
