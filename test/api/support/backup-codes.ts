/** Backup codes over HTTP: making them for somebody, answering with them, and codes that are wrong for certain. */
import type { HttpAnswer } from '../../support/http-client';
import type { Stack } from '../../support/stack';
import type { Person } from './actors';
import { until } from './patience';
import type { Product } from './product';

export const BACKUP_CODES = '/api/v1/auth/mfa/methods/backup-codes';

/** Ten new codes, made by the operator. */
export async function codesFor({ stack }: Product, who: Person): Promise<string[]> {
  const make = () => stack.call('POST', `${BACKUP_CODES}?userId=${who.userId}`, { as: 'operator' });
  // A 503 made nothing: clients ask again.
  const made = await until(make, ({ status }) => status !== 503);
  if (made.status !== 201) throw new Error(`no codes: ${made.text}`);
  return made.body['codes'];
}

export interface AnswerOptions {
  readonly via?: Pick<Stack, 'call'>;
  readonly headers?: Record<string, string>;
  readonly trustDevice?: boolean;
}

/** Answers a challenge with a backup code. */
export function answerWithCode(
  { stack }: Product,
  challenge: HttpAnswer,
  code: unknown,
  { via, headers, ...extra }: AnswerOptions = {},
): Promise<HttpAnswer> {
  const { mfaSessionId } = challenge.body;
  return (via ?? stack).call('POST', '/api/v1/auth/mfa/verify', {
    ...(headers && { headers }),
    body: { mfaSessionId, method: 'backupCode', code, ...extra },
  });
}

/** The code with its last letter changed `n` times over. */
export function spoilt(code: string, n = 1): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const last = letters.indexOf(code.slice(-1));
  return code.slice(0, -1) + letters.charAt((last + n) % letters.length);
}

/** How many answers of a user were looked at. */
export async function triesOf({ stack }: Product, who: Person): Promise<number> {
  const { rows } = await stack.database.pool.query<{ n: number }>(
    `select count(*)::int as n from mfa_attempts a join mfa_sessions s on s.id_hash = a.session_id_hash
     where s.user_id = $1 and a.charged`,
    [who.userId],
  );
  return rows[0]?.n ?? 0;
}

export async function statusOf({ stack }: Product, who: Person): Promise<HttpAnswer['body']> {
  const path = `/api/v1/auth/mfa/status?userId=${who.userId}`;
  return (await stack.call('GET', path, { as: 'operator' })).body;
}

/** Which audit events a user has, oldest first, with their details. */
export async function eventsOf({ stack }: Product, who: Person, type: string): Promise<HttpAnswer['body'][]> {
  const path = `/api/v1/admin/audit?userId=${who.userId}&type=${type}`;
  const audit = await stack.call('GET', path, { as: 'operator' });
  return audit.body['events'].reverse();
}
