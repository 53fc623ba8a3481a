/**
 * What an application may set about MFA, and what holds in its place for the four portals.
 * Portals are recognised by their registered client id alone, never by host, origin or redirect.
 */
import type { NumberDigits } from '../push';
import type { LikelihoodThresholds } from '../risk/likelihood/likelihood';
import { DEFAULT_RISK_SETTINGS, DEFAULT_WEIGHTS, areThresholds } from '../risk/settings';
import type { IpMatch, RiskModel, RiskSettings, SignalWeights } from '../risk/settings';

export const MFA_POLICIES = ['always', 'smart', 'never'] as const;
export type MfaPolicy = (typeof MFA_POLICIES)[number];

export const PORTAL_CLIENT_IDS = [
  'user-portal',
  'developer-portal',
  'admin-dashboard',
  'org-portal',
] as const;

/** What happens when MFA is needed and the user has no method enrolled. */
export const WHEN_NO_METHOD = ['allow', 'email', 'enroll', 'deny'] as const;
export type WhenNoMethod = (typeof WHEN_NO_METHOD)[number];

export const TRUST_DEVICE_MODES = ['auto', 'ask', 'off'] as const;
export type TrustDeviceMode = (typeof TRUST_DEVICE_MODES)[number];

export interface StepUpAction {
  /** How old a proof may be, in seconds, 0–1800. */
  readonly maxAge: number;
}

export interface PolicySettings {
  readonly ipMatch: IpMatch;
  /** Under `never`: block at the block threshold all the same, and challenge when risk is unavailable. */
  readonly blockOnCritical: boolean;
  readonly whenNoMethod: WhenNoMethod;
  readonly trustDevice: TrustDeviceMode;
  /** Integers 1–100; challenge comes no later than block. */
  readonly mfaThreshold: number;
  readonly blockThreshold: number;
  /** Only those that differ from the defaults. */
  readonly weights: Partial<SignalWeights>;
  /** By action name; look names up with `Object.hasOwn`. */
  readonly stepUpActions: Readonly<Record<string, StepUpAction>>;
  readonly riskModel: RiskModel;
  /** Natural logarithms of a likelihood ratio, `theta30` below `theta80`. */
  readonly likelihoodThresholds: LikelihoodThresholds;
  /** Digits of the number that is compared when a device approves. */
  readonly pushNumberDigits: NumberDigits;
  /** Hours after which a session ends, whatever its user does. */
  readonly sessionMaxHours: number;
  /** Minutes without a request after which a session with our access tokens ends. */
  readonly sessionIdleMinutes: number;
}

export const DEFAULT_POLICY_SETTINGS: PolicySettings = {
  ipMatch: DEFAULT_RISK_SETTINGS.ipMatch,
  blockOnCritical: false,
  whenNoMethod: 'allow',
  trustDevice: 'auto',
  mfaThreshold: DEFAULT_RISK_SETTINGS.mfaThreshold,
  blockThreshold: DEFAULT_RISK_SETTINGS.blockThreshold,
  weights: {},
  stepUpActions: {},
  riskModel: DEFAULT_RISK_SETTINGS.riskModel,
  likelihoodThresholds: DEFAULT_RISK_SETTINGS.likelihoodThresholds,
  pushNumberDigits: 2,
  // NIST SP 800-63B-4 §2.2.3 (AAL2): reauthentication after 24 hours, or after one without activity.
  sessionMaxHours: 24,
  sessionIdleMinutes: 60,
};

/** Whether this client is one of the four portals, which always need MFA. Exact comparison. */
export function isPortal(clientId: string): boolean {
  const portals: readonly string[] = PORTAL_CLIENT_IDS;
  return portals.includes(clientId);
}

/** Whether `value` names a policy. */
export function isMfaPolicy(value: unknown): value is MfaPolicy {
  const policies: readonly unknown[] = MFA_POLICIES;
  return policies.includes(value);
}

/** The settings a sign-in to this client is scored and judged by: the defaults for a portal and for broken thresholds. */
export function effectiveRiskSettings(clientId: string, settings: PolicySettings): RiskSettings {
  // Whoever can edit a portal's row must not be able to switch its protection off.
  if (isPortal(clientId)) return DEFAULT_RISK_SETTINGS;
  const { mfaThreshold, blockThreshold, ipMatch, weights, riskModel, likelihoodThresholds } = settings;
  // A NaN threshold would never be reached.
  const thresholds = areThresholds(mfaThreshold, blockThreshold) ? settings : DEFAULT_RISK_SETTINGS;
  return {
    mfaThreshold: thresholds.mfaThreshold,
    blockThreshold: thresholds.blockThreshold,
    ipMatch,
    weights: { ...DEFAULT_WEIGHTS, ...weights },
    riskModel,
    likelihoodThresholds,
  };
}

/** What happens without a method in this client: `enroll` for a portal. */
export function effectiveWhenNoMethod(clientId: string, settings: PolicySettings): WhenNoMethod {
  return isPortal(clientId) ? 'enroll' : settings.whenNoMethod;
}
