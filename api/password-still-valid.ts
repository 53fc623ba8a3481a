/** A sign-in by a password that was changed while it was being decided must not outlive the change. */
import { hashMfaSessionId } from '../runtime/random-ids';
import { findMfaSession } from '../storage/mfa-sessions';
import { isPasswordHash } from '../storage/password-hashes';
import { cancelSignIn } from './cancel-sign-in';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { endUserSession } from './session-changes';
import type { StartedSignIn } from './start-sign-in';

/**
 * Throws 401 after undoing what the decision opened, when the hash is no longer the user's. A change that commits later
 * ends this sign-in itself: it sees the session or the challenge, which are committed by now.
 */
export async function assertPasswordStillValid(
  deps: ApiDeps,
  { userId, passwordHash, started }: { userId: string; passwordHash: string; started: StartedSignIn },
): Promise<void> {
  if (await isPasswordHash(deps.pool, userId, passwordHash)) return;
  const { decided, mfaSessionId } = started;
  const { sessionId } = decided;
  if (sessionId !== undefined) await endUserSession(deps, { userId, sessionId }, 'password_changed');
  const challenge = await findMfaSession(deps.pool, hashMfaSessionId(mfaSessionId));
  if (challenge) await cancelSignIn(deps, challenge);
  throw new Problem('sign_in_failed');
}
