/** The code of a recovery case: set once, tried a few times, then the case moves on or ends. */
import {
  MAX_RECOVERY_ATTEMPTS,
  MAX_RECOVERY_CODES_PER_ADDRESS,
  MAX_RECOVERY_CODES_PER_HOUR,
  RECOVERY_PASSWORD_SECONDS,
} from '../domain/recovery';
import { firstRow, type Queryable } from './postgres';
import { CASE_COLUMNS, NOT_REFUSED, type RecoveryCaseRow } from './recovery-cases';

export interface Recipient {
  readonly userId: string;
  readonly organizationId: string;
  readonly clientId: string;
  readonly decisionId: string | null;
  /** Null for whom no code may be sent: nobody, a disabled user, one without address or password, or too many codes. */
  readonly email: string | null;
}

/** Moves a requested case on to its code; `undefined` when it had moved before. The clock starts with the request. */
export async function setRecoveryCode(
  db: Queryable,
  code: { id: string; digest: Buffer; keyId: string },
): Promise<Recipient | undefined> {
  return firstRow(
    await db.query<Recipient>(
      `with recipient as (
         select u.email from recovery_cases c join users u on u.id = c.user_id,
           lateral (select count(*) as in_all, count(*) filter (where o.ip_key = c.ip_key) as from_here
             from recovery_cases o
             where o.user_id = u.id and o.code_sent and o.created_at > now() - interval '1 hour') sent
         where c.id = $1 and u.status = 'active' and u.password_hash is not null and u.email is not null
           and sent.in_all < $4 and sent.from_here < $5
       )
       update recovery_cases c
       set state = 'code_sent', code_digest = $2, code_key_id = $3, code_sent = exists (select 1 from recipient)
       where c.id = $1 and c.state = 'requested' and clock_timestamp() < c.step_expires_at
       returning c.user_id as "userId", c.organization_id as "organizationId", c.client_id as "clientId",
         c.decision_id as "decisionId", (select email from recipient) as email`,
      [code.id, code.digest, code.keyId, MAX_RECOVERY_CODES_PER_HOUR, MAX_RECOVERY_CODES_PER_ADDRESS],
    ),
  );
}

/** Locks the user of a case, before the case itself: everything that changes an account takes its locks in this order. */
export async function lockOwner(db: Queryable, caseId: string): Promise<void> {
  await db.query(
    `select 1 from users where id = (select user_id from recovery_cases where id = $1) for update`,
    [caseId],
  );
}

/** Charges a try before the code is compared; `undefined` when the case is not at this step, or none is left. */
export async function chargeRecoveryCode(
  db: Queryable,
  id: string,
): Promise<{ digest: Buffer; attempts: number; sent: boolean } | undefined> {
  return firstRow(
    await db.query<{ digest: Buffer; attempts: number; sent: boolean }>(
      `update recovery_cases set attempts = attempts + 1
       where id = $1 and state = 'code_sent' and attempts < $2 and clock_timestamp() < step_expires_at
         and ${NOT_REFUSED('recovery_cases')}
       returning code_digest as digest, attempts, code_sent as sent`,
      [id, MAX_RECOVERY_ATTEMPTS],
    ),
  );
}

/** The code was right: on to the password, with a new clock. */
export async function confirmRecoveryCase(
  db: Queryable,
  { id, digest }: { id: string; digest: string },
): Promise<RecoveryCaseRow | undefined> {
  return firstRow(
    await db.query<RecoveryCaseRow>(
      `update recovery_cases c set state = 'confirmed', confirmed_by = $2,
         step_expires_at = clock_timestamp() + make_interval(secs => $3)
       where c.id = $1 and c.state = 'code_sent' and clock_timestamp() < c.step_expires_at and ${NOT_REFUSED('c')}
       returning ${CASE_COLUMNS}`,
      [id, digest, RECOVERY_PASSWORD_SECONDS],
    ),
  );
}
