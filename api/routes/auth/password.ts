/**
 * `POST /api/v1/auth/password`: a user of the embedded directory changes the own password. A stolen access token must
 * not do it, nor serve to guess the current password.
 */
import { Type } from '@sinclair/typebox';
import { normalizePassword } from '../../../domain/credentials/password-rules';
import { hasAnyMethod } from '../../../domain/session';
import { ipKey, unknownLoginKey } from '../../../runtime/identity-keys';
import { readEnrolledMethods } from '../../../storage/enrolled-methods';
import { findPasswordOwner } from '../../../storage/password-hashes';
import { insertFailure } from '../../../storage/sign-in-failures';
import { assertAcceptablePassword, passwordRefused } from '../../acceptable-password';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import { changePassword } from '../../change-password';
import type { ApiDeps } from '../../deps';
import { checkPassword } from '../../passwords';
import { Problem } from '../../problem';
import { NewPassword, problems, Strict } from '../../schemas';
import { assertFreshMfa, requireUser, type UserPrincipal } from '../../subject';

const schema = {
  tags: ['Directory'],
  summary: 'Change the password',
  description:
    'Needs the current password, and fresh MFA of a user who has a factor. Ends every other session and every open challenge of the user.',
  security: [{ token: [] }],
  body: Strict({
    currentPassword: Type.String({ minLength: 1, maxLength: 256 }),
    newPassword: NewPassword,
  }),
  response: { 204: Type.Null(), ...problems(400, 401, 409, 429, 503) },
};

export function registerPasswordRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/password', { schema }, async (request, reply) => {
    const { currentPassword, newPassword } = request.body;
    const user = await requireUser(deps, request);
    const owner = await findPasswordOwner(deps.pool, user.userId);
    if (!owner) throw new Problem('unauthorized');
    const from = owner.passwordHash;
    if (from === null) throw new Problem('no_password');
    await assertProven(deps, user);
    // Before the current one is looked at: a guess that is right changes the password, which its owner notices.
    const { login, email } = owner;
    assertAcceptablePassword(deps, { password: newPassword, login, email });
    if (normalizePassword(newPassword) === normalizePassword(currentPassword))
      throw passwordRefused('unchanged', 'The new password is the current one.');
    // One budget with signing in: a stolen token is no second way to guess.
    await deps.limits.login(unknownLoginKey(deps.keys, owner.organizationId, login));
    if (!(await checkPassword(from, currentPassword))) {
      await recordFailure(deps, user, request.ip);
      throw new Problem('sign_in_failed');
    }
    if (!(await changePassword(deps, { user, owner, from, newPassword })))
      throw new Problem('sign_in_failed');
    return reply.code(204).send(null);
  });
}

/** Who has a factor proves it: a stolen token and a stolen password together must not be enough. */
async function assertProven(deps: ApiDeps, { userId, proofAt, scheme }: UserPrincipal): Promise<void> {
  if (!hasAnyMethod(await readEnrolledMethods(deps.pool, userId))) return;
  assertFreshMfa({ proofAt, scheme });
}

/** Counted like a failed sign-in of the account; nothing says which device sent it. */
function recordFailure(deps: ApiDeps, { userId, clientId }: UserPrincipal, ip: string): Promise<void> {
  return insertFailure(deps.pool, {
    accountKey: userId,
    userId,
    clientId,
    deviceKey: undefined,
    ipKey: ipKey(deps.keys, parseAddress(ip, 'address')),
    deviceTokenHash: undefined,
    reason: 'password',
  });
}
