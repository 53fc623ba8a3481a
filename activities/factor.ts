/** What a second factor brings of its own. Everything else about an answer is the same for all (`judge-answer.ts`). */
import type { AuditEvent } from '../domain/audit-event';
import type { Method } from '../domain/session';
import type { AttemptRow } from '../storage/mfa-attempts';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import type { PoolClient } from '../storage/postgres';
import type { StoredDecision } from '../storage/sign-ins';
import type { SubmittedAnswer } from '../workflows/messages';

/** What a verifying activity is asked. */
export interface AnswerQuery<Answer extends SubmittedAnswer = SubmittedAnswer> {
  readonly sessionIdHash: string;
  readonly deviceKey: string;
  readonly attemptId: string;
  /** Absent when it came by Signal: what it says lies in the store. */
  readonly answer?: Answer | undefined;
}

/** One kind of factor. `Evidence` is what an answer of this kind says, in whatever form the factor compares it. */
export interface Factor<Answer extends SubmittedAnswer, Evidence> {
  readonly method: Method;
  /** From the answer, or from its row if it came by Signal; `undefined` when there is nothing to look at: not charged. */
  evidenceOf(query: AnswerQuery<Answer>, attempt: AttemptRow | undefined): Evidence | undefined;
  /** What the evidence proves; `undefined` when it is wrong. Spends nothing that a right answer needs. */
  match(session: MfaSessionRow, evidence: Evidence): Promise<Proof | undefined>;
}

/** A right answer, not yet spent. */
export interface Proof {
  readonly method: Method;
  /** RFC 8176; `acrOf` in `domain/credentials/receipt.ts` reads the authentication context from it. */
  readonly amr: readonly string[];
  /** Whether it may make the device trusted where the application's setting wants it. */
  readonly mayTrustDevice: boolean;
  /** Spends it in the completing transaction, by one statement; false when another racer did: a replay. */
  spend(tx: PoolClient): Promise<boolean>;
  /** What else follows from it in the completing transaction; returns events to be written before the terminal one. */
  follow?(tx: PoolClient, signIn: StoredDecision): Promise<readonly AuditEvent[]>;
}
