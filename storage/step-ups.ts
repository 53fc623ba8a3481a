/** Proofs as a step-up sees them, and the receipts it is worth: each can be redeemed exactly once. */
import { RECEIPT_LIFETIME_SECONDS } from '../domain/credentials/receipt';
import { PROOF_SECONDS } from '../domain/session';
import { firstRow, prepared, type Queryable } from './postgres';
import type { StoredDecision } from './sign-ins';

/**
 * The age of the newest proof in a live session of this user at this client; `undefined` when the session is not
 * (any more). Proofs of other sessions do not count, and none counts for longer than 30 minutes.
 */
export async function readSessionProof(
  db: Queryable,
  session: { userId: string; clientId: string; sessionId: string },
): Promise<{ proofAgeSeconds: number | null } | undefined> {
  return firstRow(
    await db.query<{ proofAgeSeconds: number | null }>(
      prepared(`select (select extract(epoch from clock_timestamp() - max(p.at))::float8 from proofs p
          where p.session_id = s.id and p.user_id = s.user_id
            and p.at > greatest(now() - make_interval(secs => $4), s.step_up_after)
        ) as "proofAgeSeconds"
       from sessions s where s.id = $1 and s.user_id = $2 and s.client_id = $3 and session_is_live(s)`),
      [session.sessionId, session.userId, session.clientId, PROOF_SECONDS],
    ),
  );
}

/** Makes the receipt of an approved or verified step-up redeemable. */
export async function insertStepUpReceipt(db: Queryable, stored: StoredDecision): Promise<void> {
  await db.query(
    prepared(`insert into step_up_receipts (decision_id, user_id, client_id, session_id, action, transaction_hash, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))`),
    [
      stored.id,
      stored.userId,
      stored.clientId,
      stored.subjectSessionId,
      stored.action,
      stored.transactionHash,
      RECEIPT_LIFETIME_SECONDS,
    ],
  );
}

export interface StepUpReceiptRow {
  readonly decisionId: string;
  readonly userId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly action: string;
  readonly transactionHash: string | null;
  readonly issuedAt: Date;
  readonly redeemedAt: Date | null;
  /** Digest of the Idempotency-Key under which it was redeemed. */
  readonly redemptionKey: string | null;
  /** In time, its session alive and not asked for newer proof, its user active. */
  readonly valid: boolean;
}

const COLUMNS = `r.decision_id as "decisionId", r.user_id as "userId", r.client_id as "clientId",
  r.session_id as "sessionId", r.action, r.transaction_hash as "transactionHash", r.issued_at as "issuedAt",
  r.redeemed_at as "redeemedAt", r.redemption_key as "redemptionKey", (now() < r.expires_at and session_is_live(s) and u.status = 'active'
    and r.issued_at > coalesce(s.step_up_after, '-infinity')) as valid`;

/** The receipt of a decision, or `undefined`. */
export async function findStepUpReceipt(
  db: Queryable,
  decisionId: string,
): Promise<StepUpReceiptRow | undefined> {
  return firstRow(
    await db.query<StepUpReceiptRow>(
      `select ${COLUMNS} from step_up_receipts r
       join sessions s on s.id = r.session_id join users u on u.id = r.user_id where r.decision_id = $1`,
      [decisionId],
    ),
  );
}

/** Burns a receipt; of all racing statements exactly one gets true. */
export async function redeemStepUpReceipt(
  db: Queryable,
  { decisionId, redemptionKey }: { decisionId: string; redemptionKey: string | undefined },
): Promise<boolean> {
  const result = await db.query(
    `update step_up_receipts r set redeemed_at = now(), redemption_key = $2
     from sessions s, users u
     where r.decision_id = $1 and r.redeemed_at is null and now() < r.expires_at
       and s.id = r.session_id and session_is_live(s) and r.issued_at > coalesce(s.step_up_after, '-infinity')
       and u.id = r.user_id and u.status = 'active'`,
    [decisionId, redemptionKey ?? null],
  );
  return result.rowCount === 1;
}
