/** Approvals that devices signed: judged once, spent in the completing transaction, handed to one caller. */
import type { NumberDigits } from '../domain/push';
import { firstRow, type Queryable } from './postgres';

/** An approval that waits for its verdict. */
export interface StoredApproval {
  readonly challengeId: string;
  readonly sessionIdHash: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly numberDigits: NumberDigits;
  readonly keyId: string;
  readonly deviceTokenHash: string;
  readonly trustDevice: boolean | null;
  readonly sealedAnswer: Buffer;
  readonly answerKeyId: string;
}

/** The approval stored for a prompt; `undefined` when there is none, or it was spent. */
export async function findApproval(db: Queryable, challengeId: string): Promise<StoredApproval | undefined> {
  return firstRow(
    await db.query<StoredApproval>(
      `select id as "challengeId", session_id_hash as "sessionIdHash", user_id as "userId",
         device_id as "deviceId", number_digits::int as "numberDigits", key_id as "keyId",
         device_token_hash as "deviceTokenHash", trust_device as "trustDevice",
         sealed_answer as "sealedAnswer", answer_key_id as "answerKeyId"
       from push_challenges where id = $1 and status = 'answered' and spent_at is null`,
      [challengeId],
    ),
  );
}

/** Spends an approval in the completing transaction, while its device is still one of the user's. */
export async function spendApproval(
  db: Queryable,
  { challengeId, deviceId }: Pick<StoredApproval, 'challengeId' | 'deviceId'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with device as (
       update push_devices set last_used_at = now() where device_id = $2 and state = 'active' returning user_id
     )
     update push_challenges p set spent_at = now() from device d
     where p.id = $1 and p.status = 'answered' and p.spent_at is null and d.user_id = p.user_id`,
    [challengeId, deviceId],
  );
  return rowCount === 1;
}

/** Gives the proven session to one request, and to repeats of that one only. */
export async function claimPushChallenge(
  db: Queryable,
  { challengeId, claim }: { challengeId: string; claim: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update push_challenges set claimed_by = $2
     where id = $1 and spent_at is not null and (claimed_by is null or claimed_by = $2)`,
    [challengeId, claim],
  );
  return rowCount === 1;
}
