/** Prompts as the user's devices show them. */
import type { NumberDigits } from '../domain/push';
import type { Queryable } from './postgres';

/** A prompt as its user's devices show it. */
export interface ShownPrompt {
  readonly challengeId: string;
  readonly clientId: string;
  readonly clientName: string;
  readonly city: string | null;
  readonly country: string | null;
  readonly browserFamily: string | null;
  readonly osFamily: string | null;
  readonly at: Date;
  readonly expiresAt: Date;
  readonly numberDigits: NumberDigits;
  readonly action: string | null;
  readonly transaction: Readonly<Record<string, string>> | null;
}

/** The prompts that a user's devices may answer now: none or one. */
export async function listShownPrompts(db: Queryable, userId: string): Promise<ShownPrompt[]> {
  const { rows } = await db.query<ShownPrompt>(
    `select p.id as "challengeId", a.client_id as "clientId", a.name as "clientName",
       s.facts->'network'->>'city' as city, s.facts->'network'->>'country' as country,
       s.facts->'agent'->>'browserFamily' as "browserFamily", s.facts->'agent'->>'osFamily' as "osFamily",
       p.created_at as at, least(p.expires_at, m.expires_at) as "expiresAt",
       p.number_digits::int as "numberDigits", s.action, m.shown_transaction as transaction
     from push_challenges p join mfa_sessions m on m.id_hash = p.session_id_hash join sign_ins s on s.id = m.decision_id join applications a on a.client_id = m.client_id
     where p.user_id = $1 and p.status = 'pending' and m.state = 'pending'
       and clock_timestamp() < least(p.expires_at, m.expires_at)`,
    [userId],
  );
  return rows;
}
