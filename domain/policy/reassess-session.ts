/**
 * What a changed policy means for a session that is open: the recorded sign-in is judged by the new policy, as if it
 * happened now. Pure. The recorded score counts as it was: decisions are recorded, not recomputed.
 */
import type { SignInFacts } from '../risk/facts';
import { isDeviceKnown } from '../risk/is-device-known';
import { decide, type DecideInput } from './decide';
import { DEFAULT_POLICY_SETTINGS, type MfaPolicy, type PolicySettings } from './policy';

export type SessionVerdict =
  /** Nothing changes. */
  | 'keep'
  /** Fresh proof before anything else. */
  | 'step_up'
  /** Ended: the new policy would not have let it begin. */
  | 'revoke';

export interface OpenSession extends DecideInput {
  /** MFA was proven in this session. */
  readonly proven: boolean;
}

/** Judges an open session by the policy in `session`. */
export function reassessSession(session: OpenSession): SessionVerdict {
  const { outcome, enrollment } = decide(session);
  if (outcome === 'block') return 'revoke';
  if (outcome === 'allow' || session.proven) return 'keep';
  // Without a method no step-up is possible; a new sign-in leads to the enrolment.
  return enrollment === 'none' ? 'step_up' : 'revoke';
}

/** A session, or a challenge, as the store has it, with the application's policy as it is now. */
export interface StoredSession extends Omit<OpenSession, 'policy' | 'settings' | 'deviceKnown'> {
  readonly mfaPolicy: MfaPolicy;
  readonly settings: PolicySettings | 'unreadable';
  readonly facts: SignInFacts | null;
}

/** Judges what is stored; a policy that cannot be read counts as `always`. */
export function reassessStored({ mfaPolicy, settings, facts, ...session }: StoredSession): SessionVerdict {
  const isReadable = settings !== 'unreadable';
  return reassessSession({
    ...session,
    policy: isReadable ? mfaPolicy : settings,
    settings: isReadable ? settings : DEFAULT_POLICY_SETTINGS,
    deviceKnown: isDeviceKnown(session.assessment, facts),
  });
}
