/** What a step-up is for, and how old a proof it accepts. */
import type { PolicySettings } from '../policy/policy';
import { PROOF_SECONDS } from '../session';

/** Actions that every application has. */
export const BUILT_IN_ACTIONS = [
  'payment',
  'data-export',
  'change-password',
  'change-email',
  'delete-account',
  'disable-mfa',
  'create-api-key',
] as const;

/** "If the user MFA'd within the last 5 minutes, step-up is auto-approved." */
export const DEFAULT_MAX_AGE_SECONDS = 300;

/**
 * How old a proof may be (seconds): the smaller of the action's and the request's. `undefined` for an action that the
 * application does not have.
 */
export function effectiveMaxAge(
  settings: Pick<PolicySettings, 'stepUpActions'>,
  { action, requested }: { action: string; requested?: number | undefined },
): number | undefined {
  const registered = Object.hasOwn(settings.stepUpActions, action)
    ? settings.stepUpActions[action]
    : undefined;
  const isBuiltIn = (BUILT_IN_ACTIONS as readonly string[]).includes(action);
  if (!registered && !isBuiltIn) return undefined;
  const own = registered?.maxAge ?? DEFAULT_MAX_AGE_SECONDS;
  return Math.min(own, requested ?? PROOF_SECONDS, PROOF_SECONDS);
}
