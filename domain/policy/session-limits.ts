/** How long a session lives, by its application's settings. */
import { DEFAULT_POLICY_SETTINGS, isPortal, type PolicySettings } from './policy';

export interface SessionLimits {
  /** Seconds from its opening to its end. */
  readonly maxSeconds: number;
  /** Seconds without a request; null where the application keeps its own tokens, and its activity is not seen here. */
  readonly idleSeconds: number | null;
}

/** The limits; a portal and an application whose settings cannot be read have the defaults. */
export function sessionLimits(
  clientId: string,
  { settings, issuesToken }: { settings: PolicySettings | 'unreadable'; issuesToken: boolean },
): SessionLimits {
  const { sessionMaxHours, sessionIdleMinutes } =
    settings === 'unreadable' || isPortal(clientId) ? DEFAULT_POLICY_SETTINGS : settings;
  return {
    maxSeconds: sessionMaxHours * 3_600,
    idleSeconds: issuesToken ? sessionIdleMinutes * 60 : null,
  };
}
