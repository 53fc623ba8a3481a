/**
 * TOTP authenticators. The seed is sealed at rest; `last_step` is the replay guard and only ever grows,
 * by compare-and-set in the statement that accepts a code.
 */
import { firstRow, prepared, type Queryable } from './postgres';

export interface TotpRow {
  readonly id: string;
  readonly userId: string;
  readonly sealedSeed: Buffer;
  readonly seedKeyId: string;
  readonly state: 'pending' | 'active' | 'disabled';
  readonly lastStep: number;
  /** Database clock, epoch ms: the time that codes are compared with. */
  readonly now: number;
}

const COLUMNS = `id, user_id as "userId", sealed_seed as "sealedSeed", seed_key_id as "seedKeyId", state,
  last_step::float8 as "lastStep", (extract(epoch from clock_timestamp()) * 1000)::float8 as now`;

/** The user's active authenticators. */
export async function loadActiveTotp(db: Queryable, userId: string): Promise<TotpRow[]> {
  const result = await db.query<TotpRow>(
    prepared(
      `select ${COLUMNS} from totp_authenticators where user_id = $1 and state = 'active' order by created_at`,
    ),
    [userId],
  );
  return result.rows;
}

/**
 * Spends a code: accepts `step` only when it is newer than every step accepted before (RFC 6238 §5.2).
 * Returns false for a replay; of many racing statements exactly one gets true.
 */
export async function spendTotpStep(db: Queryable, authenticatorId: string, step: number): Promise<boolean> {
  const result = await db.query(
    prepared(`update totp_authenticators set last_step = $2, last_used_at = now()
     where id = $1 and state = 'active' and last_step < $2`),
    [authenticatorId, step],
  );
  return result.rowCount === 1;
}

export interface NewTotp {
  readonly id: string;
  readonly userId: string;
  readonly sealedSeed: Buffer;
  readonly seedKeyId: string;
  readonly state: 'pending' | 'active';
}

/** Inserts an authenticator; a pending one replaces the user's earlier pending ones, active ones stay until confirmation. */
export async function insertTotp(db: Queryable, totp: NewTotp): Promise<void> {
  await db.query(
    `with replaced as (delete from totp_authenticators where user_id = $2 and state = 'pending' and $5 = 'pending')
     insert into totp_authenticators (id, user_id, sealed_seed, seed_key_id, state, confirmed_at)
     values ($1, $2, $3, $4, $5, case when $5 = 'active' then now() end)`,
    [totp.id, totp.userId, totp.sealedSeed, totp.seedKeyId, totp.state],
  );
}

/**
 * Charges one try to confirm a pending authenticator: at most `maxAttempts` in its life.
 * `undefined` when it is not pending, not this user's, or used up.
 */
export async function chargeTotpConfirmation(
  db: Queryable,
  confirmation: { methodId: string; userId: string; maxAttempts: number },
): Promise<TotpRow | undefined> {
  return firstRow(
    await db.query<TotpRow>(
      `update totp_authenticators set confirm_attempts = confirm_attempts + 1
       where id = $1 and user_id = $2 and state = 'pending' and confirm_attempts < $3
         and created_at > now() - interval '1 hour'
       returning ${COLUMNS}`,
      [confirmation.methodId, confirmation.userId, confirmation.maxAttempts],
    ),
  );
}

/**
 * Activates a pending authenticator, spends the confirming step and retires the ones it replaces: all others, unless it
 * is an additional one. False if it lost a race.
 */
export async function activateTotp(
  db: Queryable,
  activation: {
    methodId: string;
    userId: string;
    step: number;
    name: string | undefined;
    additional: boolean;
  },
): Promise<boolean> {
  const result = await db.query(
    `with activated as (
       update totp_authenticators
       set state = 'active', confirmed_at = now(), last_step = $3, name = coalesce($4, name)
       where id = $1 and user_id = $2 and state = 'pending' returning id
     ), replaced as (
       delete from totp_authenticators
       where user_id = $2 and state = 'active' and id <> $1 and not $5 and exists (select 1 from activated)
     )
     select id from activated`,
    [activation.methodId, activation.userId, activation.step, activation.name ?? null, activation.additional],
  );
  return result.rowCount === 1;
}

/** Why a confirmation was not charged, for the answer: the state of the user's authenticator, or `undefined`. */
export async function findTotpState(
  db: Queryable,
  methodId: string,
  userId: string,
): Promise<{ state: string; confirmAttempts: number } | undefined> {
  return firstRow(
    await db.query<{ state: string; confirmAttempts: number }>(
      `select state, confirm_attempts as "confirmAttempts" from totp_authenticators where id = $1 and user_id = $2`,
      [methodId, userId],
    ),
  );
}

/** How many active authenticators a user has. */
export async function countActiveTotp(db: Queryable, userId: string): Promise<number> {
  const result = await db.query<{ active: number }>(
    `select count(*)::int as active from totp_authenticators where user_id = $1 and state = 'active'`,
    [userId],
  );
  return firstRow(result)?.active ?? 0;
}
