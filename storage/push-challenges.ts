/**
 * Prompts on authenticator devices. Races are settled here: one open prompt a user, one answer a prompt, one claim of
 * what it proved, each by the condition of a single statement against the database's clock.
 */
import { PROMPT_SECONDS, type NumberDigits, type StoredPrompt } from '../domain/push';
import { firstRow, type Queryable } from './postgres';

export interface PushChallenge extends StoredPrompt {
  readonly id: string;
  readonly userId: string;
  readonly sessionIdHash: string;
  readonly purpose: 'sign-in' | 'step-up';
  readonly decisionId: string;
  readonly numberDigits: NumberDigits;
  /** Of the master key that number and device token are derived from. */
  readonly keyId: string;
  readonly deviceTokenHash: string;
  readonly trustDevice: boolean | null;
}

const COLUMNS = `p.id, p.user_id as "userId", p.session_id_hash as "sessionIdHash", p.status,
  p.number_digits::int as "numberDigits", p.key_id as "keyId", p.device_token_hash as "deviceTokenHash",
  p.trust_device as "trustDevice", m.purpose, m.decision_id as "decisionId", m.state as "sessionState",
  (extract(epoch from least(p.expires_at, m.expires_at) - clock_timestamp()) * 1000)::float8 as "remainingMs",
  (select a.outcome->>'kind' from mfa_attempts a where a.attempt_id = p.id and a.method = 'push') as verdict`;
const TABLES = 'push_challenges p join mfa_sessions m on m.id_hash = p.session_id_hash';

export async function findPushChallenge(db: Queryable, id: string): Promise<PushChallenge | undefined> {
  return firstRow(await db.query<PushChallenge>(`select ${COLUMNS} from ${TABLES} where p.id = $1`, [id]));
}

/** The prompt of a user that nobody has answered; close lapsed ones first. */
export async function findOpenPrompt(db: Queryable, userId: string): Promise<PushChallenge | undefined> {
  return firstRow(
    await db.query<PushChallenge>(
      `select ${COLUMNS} from ${TABLES} where p.user_id = $1 and p.status = 'pending'`,
      [userId],
    ),
  );
}

/** Closes the user's prompt that nobody can answer any more: late, or its session is over. */
export async function closeLapsedPrompts(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `update push_challenges p set status = 'expired' from mfa_sessions m
     where m.id_hash = p.session_id_hash and p.user_id = $1 and p.status = 'pending'
       and (clock_timestamp() >= least(p.expires_at, m.expires_at) or m.state <> 'pending')`,
    [userId],
  );
}

export interface NewPushChallenge {
  readonly id: string;
  readonly userId: string;
  readonly sessionIdHash: string;
  readonly numberDigits: NumberDigits;
  readonly keyId: string;
  readonly deviceTokenHash: string;
  readonly trustDevice: boolean | undefined;
}

/** Opens a prompt; false when one is open already. */
export async function insertPushChallenge(db: Queryable, prompt: NewPushChallenge): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into push_challenges
       (id, user_id, session_id_hash, number_digits, key_id, device_token_hash, trust_device, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + make_interval(secs => $8))
     on conflict do nothing`,
    [
      prompt.id,
      prompt.userId,
      prompt.sessionIdHash,
      prompt.numberDigits,
      prompt.keyId,
      prompt.deviceTokenHash,
      prompt.trustDevice ?? null,
      PROMPT_SECONDS,
    ],
  );
  return rowCount === 1;
}

/** The first answer to a prompt. */
export interface PromptAnswer {
  readonly challengeId: string;
  readonly userId: string;
  readonly deviceId: string;
  readonly status: 'answered' | 'denied' | 'reported';
  /** The signed request, sealed. */
  readonly sealed: { readonly box: Buffer; readonly keyId: string };
}

/** Stores the answer while the prompt waits for one; of all who race exactly one gets true. */
export async function answerPushChallenge(db: Queryable, answer: PromptAnswer): Promise<boolean> {
  const { rowCount } = await db.query(
    `update push_challenges p
     set status = $4, device_id = $3, sealed_answer = $5, answer_key_id = $6, answered_at = clock_timestamp()
     from mfa_sessions m
     where p.id = $1 and p.user_id = $2 and p.status = 'pending' and m.id_hash = p.session_id_hash
       and m.state = 'pending' and clock_timestamp() < least(p.expires_at, m.expires_at)`,
    [
      answer.challengeId,
      answer.userId,
      answer.deviceId,
      answer.status,
      answer.sealed.box,
      answer.sealed.keyId,
    ],
  );
  return rowCount === 1;
}

/** Whether to tell the workflow of an answer again: at most once in five seconds, whoever asks how often. */
export async function mayRingAgain(db: Queryable, challengeId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update push_challenges set rung_at = clock_timestamp()
     where id = $1 and status = 'answered'
       and coalesce(rung_at, answered_at) < clock_timestamp() - interval '5 seconds'`,
    [challengeId],
  );
  return rowCount === 1;
}

/** An approval without a verdict, in a session that is open. */
export interface UnjudgedAnswer {
  readonly challengeId: string;
  readonly idHash: string;
  readonly purpose: 'sign-in' | 'step-up';
}

/**
 * Approvals of which the workflow was last told longer than `graceSeconds` ago; from now on it counts as told. Of
 * several who ask at once each gets others.
 */
export async function takeUnjudgedAnswers(
  db: Queryable,
  graceSeconds: number,
  limit: number,
): Promise<UnjudgedAnswer[]> {
  const { rows } = await db.query<UnjudgedAnswer>(
    `update push_challenges p set rung_at = clock_timestamp() from mfa_sessions m
     where m.id_hash = p.session_id_hash and p.id in (
       select c.id from push_challenges c join mfa_sessions s on s.id_hash = c.session_id_hash
       where c.status = 'answered' and c.spent_at is null
         -- Longer ago than any session lives: the index need not be read further.
         and c.answered_at > clock_timestamp() - interval '10 minutes'
         and coalesce(c.rung_at, c.answered_at) <= clock_timestamp() - make_interval(secs => $1)
         and s.state = 'pending' and clock_timestamp() < s.expires_at
         and not exists (select 1 from mfa_attempts a where a.attempt_id = c.id and a.outcome is not null)
       order by c.answered_at limit $2 for update of c skip locked)
     returning p.id as "challengeId", m.id_hash as "idHash", m.purpose`,
    [graceSeconds, limit],
  );
  return rows;
}
