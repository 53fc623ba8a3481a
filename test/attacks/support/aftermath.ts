/**
 * How every attack has to end: the caller reads a refusal that tells nothing, the session stands where it should, nothing
 * was gained, and the audit trail says once what became of the attempt.
 */
import type { HttpAnswer } from '../../support/http-client';
import type { Person } from '../../api/support/actors';
import type { Product } from '../../api/support/product';

/** The public texts, written out: what a refusal may say. */
const REFUSALS = {
  verification_failed: [401, 'Verification failed', 'The verification did not succeed.'],
  unauthorized: [401, 'Unauthorized', 'Valid credentials are required.'],
  not_found: [404, 'Not found', 'There is no such resource.'],
  challenge_closed: [409, 'Challenge closed', 'The challenge was answered or is over.'],
  challenge_pending: [409, 'Challenge pending', 'The challenge has not been answered yet.'],
  idempotency_key_reused: [422, 'Idempotency key reused', 'The key was used with a different body.'],
  too_many_attempts: [429, 'Too many attempts', 'Try again later.'],
} as const;
export type Refusal = keyof typeof REFUSALS;

type Answer = Pick<HttpAnswer, 'status'> & { readonly body: Readonly<Record<string, unknown>> };

/** The answer is this refusal, word for word, and says nothing else. */
export function expectRefusal(answer: Answer, code: Refusal = 'verification_failed'): void {
  const [status, title, detail] = REFUSALS[code];
  const type = `urn:zewstid:problem:${code}`;
  const requestId = expect.stringMatching(/^req_[A-Za-z0-9_-]{22}$/) as string;
  expect([answer.status, answer.body]).toEqual([status, { type, title, status, detail, code, requestId }]);
}

/** Of racing requests each got one of these: nothing fell over. A busy machine may say 503. */
export function expectStatuses(answers: readonly Answer[], ...allowed: readonly number[]): void {
  expect(answers.map(({ status }) => status).filter((status) => ![...allowed, 503].includes(status))).toEqual(
    [],
  );
}

export const countOf = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

/** What a user has, and what of it was spent. */
export interface Holdings {
  readonly sessions: number;
  readonly proofs: number;
  readonly trustedDevices: number;
  readonly receipts: number;
  /** State and last accepted step of each authenticator. */
  readonly totp: readonly [string, number][];
  readonly backupCodesLeft: number;
  /** State and counter of each passkey. */
  readonly passkeys: readonly [string, number][];
  /** Approvals that completed something. */
  readonly approvals: number;
}

const HOLDINGS = `select
  (select count(*)::int from sessions where user_id = $1 and revoked_at is null) as sessions,
  (select count(*)::int from proofs where user_id = $1) as proofs,
  (select count(*)::int from trusted_devices where user_id = $1 and revoked_at is null) as "trustedDevices",
  (select count(*)::int from step_up_receipts where user_id = $1) as receipts,
  (select coalesce(jsonb_agg(jsonb_build_array(state, last_step) order by id), '[]')
    from totp_authenticators where user_id = $1) as totp,
  (select count(*)::int from backup_codes where user_id = $1 and used_at is null) as "backupCodesLeft",
  (select coalesce(jsonb_agg(jsonb_build_array(state, sign_count) order by id), '[]')
    from passkeys where user_id = $1) as passkeys,
  (select count(*)::int from push_challenges where user_id = $1 and spent_at is not null) as approvals`;

export async function holdingsOf({ stack }: Product, { userId }: Pick<Person, 'userId'>): Promise<Holdings> {
  const { rows } = await stack.database.pool.query<Holdings>(HOLDINGS, [userId]);
  if (!rows[0]) throw new Error('no holdings');
  return rows[0];
}

/** The one terminal message of each end. */
const ENDS = {
  pending: [],
  verified: ['MFA verification successful'],
  expired: ['MFA session expired'],
  dead: ['MFA session ended: too many wrong answers'],
  cancelled: ['MFA session cancelled'],
  superseded: ['MFA session superseded by newer ones'],
} as const satisfies Record<string, readonly string[]>;

export interface Standing {
  readonly state: keyof typeof ENDS;
  /** Tries that were charged; not looked at when racers decide how many. */
  readonly attempts?: number;
}

const STANDING = `select m.state, m.attempts, s.state as "signIn",
  (select coalesce(jsonb_agg(a.message), '[]') from audit_events a
    where a.decision_id = s.id and a.terminal) as terminal
  from sign_ins s join mfa_sessions m on m.decision_id = s.id where m.id_hash =
  translate(encode(sha256(convert_to($1, 'UTF8')), 'base64'), '+/=', '-_')`;

/** The MFA session of a challenge stands here, its sign-in agrees, and a terminal event says so: one, or none yet. */
export async function expectStanding(
  { stack }: Product,
  challenge: Pick<HttpAnswer, 'body'>,
  { state, attempts }: Standing,
): Promise<void> {
  const { rows } = await stack.database.pool.query(STANDING, [challenge.body['mfaSessionId']]);
  const signIn = state === 'pending' ? 'challenged' : state;
  const charged = attempts ?? (expect.any(Number) as number);
  expect(rows).toEqual([{ state, attempts: charged, signIn, terminal: ENDS[state] }]);
}

/** What an attack began with, so that its end can be compared. */
export interface Attack {
  readonly who: Pick<Person, 'userId'>;
  readonly challenge: Pick<HttpAnswer, 'body'>;
  readonly before: Holdings;
}

/** Notes what a challenged user has before the attack. */
export async function attackOn(product: Product, who: Person, challenge: HttpAnswer): Promise<Attack> {
  return { who, challenge, before: await holdingsOf(product, who) };
}

/** The attack failed: this is where the session stands, and the user has what she had. */
export async function expectNothingGained(
  product: Product,
  { who, challenge, before }: Attack,
  standing: Standing,
): Promise<void> {
  await expectStanding(product, challenge, standing);
  expect(await holdingsOf(product, who)).toEqual(before);
}

/** Where each factor shows that it was spent, and whether it was, exactly once. */
const SPENT = {
  totp: [
    'totp',
    (was, is) => is.totp.filter(([, step], n) => step > (was.totp[n]?.[1] ?? step)).length === 1,
  ],
  backupCode: ['backupCodesLeft', (was, is) => is.backupCodesLeft === was.backupCodesLeft - 1],
  // One without a counter leaves no trace but its challenge, which is gone.
  passkey: ['passkeys', () => true],
  push: ['approvals', (was, is) => is.approvals === was.approvals + 1],
} as const satisfies Record<string, readonly [keyof Holdings, (was: Holdings, is: Holdings) => boolean]>;

/** However often and wherever a right answer was sent: one session, one proof, the factor spent once. */
export async function expectOneSuccess(
  product: Product,
  { who, challenge, before }: Attack,
  success: Omit<Standing, 'state'> & { by: keyof typeof SPENT; trusted?: boolean },
): Promise<void> {
  const { by, trusted = by !== 'backupCode', ...charged } = success;
  await expectStanding(product, challenge, { state: 'verified', ...charged });
  const after = await holdingsOf(product, who);
  const [shownBy, isSpentOnce] = SPENT[by];
  expect([by, isSpentOnce(before, after)]).toEqual([by, true]);
  expect(after).toEqual({
    ...before,
    sessions: before.sessions + 1,
    proofs: before.proofs + 1,
    trustedDevices: before.trustedDevices + (trusted ? 1 : 0),
    [shownBy]: after[shownBy],
  });
}
