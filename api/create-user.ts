/**
 * Creates one user, with an optional password and TOTP seed, in one transaction with its audit event. Who may give
 * which roles is checked by the callers (`api/actor.ts`).
 */
import type { PasswordProblem } from '../domain/credentials/password-rules';
import { canonicalSeed } from '../domain/credentials/totp';
import type { ErrorCode } from '../domain/errors';
import type { MethodId, UserId } from '../domain/ids';
import { logAudit } from '../runtime/audit-log';
import { newId } from '../runtime/random-ids';
import { sealSeed } from '../runtime/totp-seed';
import { isUniqueViolation } from '../storage/applications';
import { insertAuditEvents, type AuditRow } from '../storage/audit-events';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { insertTotp } from '../storage/totp-authenticators';
import { insertUser, type UserRow } from '../storage/users';
import { checkAcceptablePassword, type PasswordSettings } from './acceptable-password';
import type { ApiDeps } from './deps';
import { hashPassword, isAffordableHash } from './passwords';
import { Problem } from './problem';

export interface UserInput {
  readonly login: string;
  readonly email?: string;
  readonly externalId?: string;
  readonly password?: string;
  /** argon2id in PHC string format. */
  readonly passwordHash?: string;
  /** Base32; active at once. */
  readonly totpSecret?: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  /** BCP 47. */
  readonly locale?: string;
}

export interface RefusedUser {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
  /** Of a refused password: which rule it breaks. */
  readonly rule?: PasswordProblem;
}

export type CreatedUser = { readonly ok: true; readonly user: UserRow } | RefusedUser;

export type CreateUserDeps = Pick<ApiDeps, 'pool' | 'keys' | 'logger'> & PasswordSettings;

export interface CreateUserContext {
  readonly organizationId: string;
  readonly clientId: string;
  /** The client or user who creates. */
  readonly by: string;
  readonly event: 'user.created' | 'user.imported';
}

/** Returns the user, or what is wrong with the input; throws when the store fails. */
export async function createUser(
  deps: CreateUserDeps,
  input: UserInput,
  context: CreateUserContext,
): Promise<CreatedUser> {
  const prepared = await prepareUser(deps, input);
  if (!prepared.ok) return prepared;
  try {
    const { user, audit } = await inTransaction(deps.pool, (tx) =>
      insertPrepared(deps, tx, { ...context, prepared }),
    );
    logAudit(deps.logger, audit);
    return { ok: true, user };
  } catch (error) {
    if (isUniqueViolation(error))
      return refused('login_taken', 'A user with this login or external id exists.');
    throw error;
  }
}

export interface PreparedUser {
  readonly ok: true;
  readonly input: UserInput;
  readonly passwordHash: string | undefined;
  readonly seed: string | undefined;
}

/** Checks the input beyond its form, and does the slow work before any transaction. */
export async function prepareUser(
  settings: PasswordSettings,
  input: UserInput,
): Promise<PreparedUser | RefusedUser> {
  const credential = refuseCredential(settings, input);
  if (credential) return credential;
  const seed = input.totpSecret === undefined ? undefined : canonicalSeed(input.totpSecret);
  if (input.totpSecret !== undefined && seed === undefined) {
    return refused('invalid_request', 'totpSecret must be Base32 of 10 to 64 bytes.');
  }
  const passwordHash = input.password === undefined ? input.passwordHash : await hashPassword(input.password);
  return { ok: true, input, passwordHash, seed };
}

/** What is wrong with the password or its hash, if anything. A hash tells nothing of the rules: it is taken as it is. */
function refuseCredential(settings: PasswordSettings, input: UserInput): RefusedUser | undefined {
  const { password, passwordHash, login, email } = input;
  if (password !== undefined && passwordHash !== undefined) {
    return refused('invalid_request', 'password and passwordHash exclude each other.');
  }
  if (passwordHash !== undefined && !isAffordableHash(passwordHash)) {
    return refused(
      'invalid_request',
      'passwordHash must be an argon2id hash in PHC format, of at most 128 MiB, 10 passes and 8 lanes.',
    );
  }
  if (password === undefined) return undefined;
  const check = checkAcceptablePassword(settings, { password, login, email });
  return check.ok ? undefined : { ...refused('password_refused', check.detail), rule: check.rule };
}

/** The refusal as a problem answer; of a password with the rule that it breaks. */
export function refusedUser({ code, detail, rule }: RefusedUser): Problem {
  return new Problem(code, { detail, ...(rule !== undefined && { members: { rule } }) });
}

function refused(code: ErrorCode, detail: string): RefusedUser {
  return { ok: false, code, detail };
}

/** Inserts a prepared user in the caller's transaction; returns the audit rows to log after it. */
export async function insertPrepared(
  deps: Pick<ApiDeps, 'keys'>,
  tx: PoolClient,
  { prepared, organizationId, clientId, by, event }: CreateUserContext & { prepared: PreparedUser },
): Promise<{ user: UserRow; audit: AuditRow[] }> {
  const { input, passwordHash, seed } = prepared;
  const user = await insertUser(tx, {
    id: newId<UserId>('usr'),
    organizationId,
    login: input.login,
    email: input.email,
    externalId: input.externalId,
    passwordHash,
    roles: input.roles ?? [],
    groups: input.groups ?? [],
    locale: input.locale,
  });
  if (seed !== undefined) await enrolSeed(deps, tx, { userId: user.id, seed });
  const methods = seed === undefined ? [] : ['totp'];
  const details = { by, methods, ...(user.roles.length > 0 && { roles: user.roles }) };
  const audit = await insertAuditEvents(tx, [
    { organizationId, type: event, level: 'info', userId: user.id, clientId, terminal: false, details },
  ]);
  return { user, audit };
}

async function enrolSeed(
  { keys }: Pick<ApiDeps, 'keys'>,
  tx: PoolClient,
  { userId, seed }: { userId: string; seed: string },
): Promise<void> {
  const id = newId<MethodId>('mth');
  const sealed = sealSeed(keys, seed, { userId, methodId: id });
  await insertTotp(tx, { id, userId, sealedSeed: sealed.box, seedKeyId: sealed.keyId, state: 'active' });
}
