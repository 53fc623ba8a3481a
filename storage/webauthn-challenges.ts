/**
 * Challenges of WebAuthn ceremonies, as hashes: one for each ceremony under way, in time by the database's clock, gone
 * with the statement that takes it.
 */
import { CHALLENGE_SECONDS } from '../domain/credentials/passkey';
import { firstRow, type Queryable } from './postgres';

const BATCH = 5_000;

/** A registration under way: whose passkey it will be, and who is enrolling it. */
export interface Registration {
  readonly userId: string;
  /** Names the session, the enrolment or the client that asked. */
  readonly boundTo: string;
}

/** Keeps the challenge of a registration in the place of the one before. */
export async function putRegistrationChallenge(
  db: Queryable,
  { userId, boundTo, challengeHash }: Registration & { challengeHash: string },
): Promise<void> {
  await db.query(
    `insert into webauthn_challenges (ceremony, bound_to, user_id, challenge_hash, expires_at)
     values ('registration', $1, $2, $3, now() + make_interval(secs => $4))
     on conflict (ceremony, bound_to, user_id)
       do update set challenge_hash = excluded.challenge_hash, expires_at = excluded.expires_at`,
    [boundTo, userId, challengeHash, CHALLENGE_SECONDS],
  );
}

/** Takes the challenge of a registration, in time or not; of all who race, one gets it. Out of time: `undefined`. */
export async function takeRegistrationChallenge(
  db: Queryable,
  { userId, boundTo }: Registration,
): Promise<string | undefined> {
  const taken = firstRow(
    await db.query<{ challengeHash: string; inTime: boolean }>(
      `delete from webauthn_challenges where ceremony = 'registration' and bound_to = $1 and user_id = $2
       returning challenge_hash as "challengeHash", now() < expires_at as "inTime"`,
      [boundTo, userId],
    ),
  );
  return taken?.inTime ? taken.challengeHash : undefined;
}

/** Keeps the challenge of an MFA session, until the session ends, in the place of the one before; false when it has ended. */
export async function putSessionChallenge(
  db: Queryable,
  { sessionIdHash, challengeHash }: { sessionIdHash: string; challengeHash: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into webauthn_challenges (ceremony, bound_to, user_id, challenge_hash, expires_at)
     select 'verification', id_hash, user_id, $2, expires_at from mfa_sessions
     where id_hash = $1 and state = 'pending' and clock_timestamp() < expires_at
     on conflict (ceremony, bound_to, user_id) do update set challenge_hash = excluded.challenge_hash`,
    [sessionIdHash, challengeHash],
  );
  return rowCount === 1;
}

/** The challenge of an open MFA session, or `undefined`. */
export async function findSessionChallenge(
  db: Queryable,
  sessionIdHash: string,
): Promise<string | undefined> {
  const found = await db.query<{ challengeHash: string }>(
    `select challenge_hash as "challengeHash" from webauthn_challenges
     where ceremony = 'verification' and bound_to = $1 and clock_timestamp() < expires_at`,
    [sessionIdHash],
  );
  return firstRow(found)?.challengeHash;
}

/** Spends this very challenge of an MFA session; of all who race, one gets `true`. */
export async function spendSessionChallenge(
  db: Queryable,
  { sessionIdHash, challengeHash }: { sessionIdHash: string; challengeHash: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from webauthn_challenges where ceremony = 'verification' and bound_to = $1 and challenge_hash = $2
       and clock_timestamp() < expires_at`,
    [sessionIdHash, challengeHash],
  );
  return rowCount === 1;
}

/** Forgets challenges that nobody can answer any more. In batches: a statement has a second. */
export async function deleteExpiredChallenges(db: Queryable): Promise<void> {
  for (let deleted = BATCH; deleted === BATCH;) {
    const { rowCount } = await db.query(
      `delete from webauthn_challenges where (ceremony, bound_to, user_id) in (
         select ceremony, bound_to, user_id from webauthn_challenges where expires_at < now()
         limit $1 for update skip locked)`,
      [BATCH],
    );
    deleted = rowCount ?? 0;
  }
}
