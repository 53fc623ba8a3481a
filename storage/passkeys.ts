/**
 * Passkeys: public keys, never anything secret. A disabled one still counts as enrolled, so that its owner is
 * challenged and not let in without MFA.
 */
import { MAX_PASSKEYS_PER_USER } from '../domain/credentials/passkey';
import { firstRow, type PoolClient, type Queryable } from './postgres';

/** What is needed to ask for a passkey. */
export interface PasskeyDescriptor {
  readonly credentialId: string;
  readonly transports: readonly string[];
}

/** What is needed to check an assertion. */
export interface PasskeyRow extends PasskeyDescriptor {
  readonly id: string;
  /** COSE_Key. */
  readonly publicKey: Buffer;
  readonly signCount: number;
  readonly backupEligible: boolean;
  /** Of its user. */
  readonly userHandle: string;
}

export interface NewPasskey extends Omit<PasskeyRow, 'userHandle'> {
  readonly userId: string;
  readonly name: string;
  readonly backedUp: boolean;
}

/** The random name of a user at authenticators: made once, then the same for ever. */
export async function userHandleOf(db: Queryable, userId: string, proposed: string): Promise<string> {
  const row = firstRow(
    await db.query<{ userHandle: string }>(
      `insert into webauthn_users as w (user_id, user_handle) values ($1, $2)
       on conflict (user_id) do update set user_handle = w.user_handle returning user_handle as "userHandle"`,
      [userId, proposed],
    ),
  );
  if (!row) throw new Error('insert returned no row');
  return row.userHandle;
}

/** In a transaction that holds the user's row (`lockUser`). Says what stood in the way. */
export async function insertPasskey(
  tx: PoolClient,
  passkey: NewPasskey,
): Promise<'inserted' | 'taken' | 'too-many'> {
  const inserted = await tx.query(
    `insert into passkeys (id, user_id, name, credential_id, public_key, sign_count, transports,
       backup_eligible, backed_up)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9
     where (select count(*) from passkeys where user_id = $2) < $10
     on conflict (credential_id) do nothing`,
    [
      passkey.id,
      passkey.userId,
      passkey.name,
      passkey.credentialId,
      passkey.publicKey,
      passkey.signCount,
      passkey.transports,
      passkey.backupEligible,
      passkey.backedUp,
      MAX_PASSKEYS_PER_USER,
    ],
  );
  if (inserted.rowCount === 1) return 'inserted';
  const taken = await tx.query('select 1 from passkeys where credential_id = $1', [passkey.credentialId]);
  return taken.rowCount === 0 ? 'too-many' : 'taken';
}

/** Every passkey of a user, disabled ones too: none of them is to be registered again. */
export async function describePasskeys(db: Queryable, userId: string): Promise<PasskeyDescriptor[]> {
  const { rows } = await db.query<PasskeyDescriptor>(
    `select credential_id as "credentialId", transports from passkeys where user_id = $1
     order by created_at, id`,
    [userId],
  );
  return rows;
}

/** Those that can prove something. */
export async function describeActivePasskeys(db: Queryable, userId: string): Promise<PasskeyDescriptor[]> {
  const { rows } = await db.query<PasskeyDescriptor>(
    `select credential_id as "credentialId", transports from passkeys where user_id = $1 and state = 'active'
     order by created_at, id`,
    [userId],
  );
  return rows;
}

/** An active passkey of this very user, or `undefined`. */
export async function findActivePasskey(
  db: Queryable,
  { userId, credentialId }: { userId: string; credentialId: string },
): Promise<PasskeyRow | undefined> {
  return firstRow(
    await db.query<PasskeyRow>(
      `select p.id, p.credential_id as "credentialId", p.transports, p.public_key as "publicKey",
         p.sign_count::float8 as "signCount", p.backup_eligible as "backupEligible", w.user_handle as "userHandle"
       from passkeys p join webauthn_users w on w.user_id = p.user_id
       where p.user_id = $1 and p.credential_id = $2 and p.state = 'active'`,
      [userId, credentialId],
    ),
  );
}

/** Moves the counter on; false when the passkey is gone or disabled, or another assertion moved it further. */
export async function usePasskey(
  tx: PoolClient,
  use: { id: string; signCount: number; backedUp: boolean },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update passkeys set sign_count = $2, backed_up = $3, last_used_at = now()
     where id = $1 and state = 'active' and (sign_count < $2 or (sign_count = 0 and $2 = 0))`,
    [use.id, use.signCount, use.backedUp],
  );
  return rowCount === 1;
}

/** Disables a passkey whose counter does not move on to `signCount`; false when it was no more active, or does. */
export async function disablePasskey(tx: PoolClient, id: string, signCount: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update passkeys set state = 'disabled' where id = $1 and state = 'active' and sign_count >= $2`,
    [id, signCount],
  );
  return rowCount === 1;
}
