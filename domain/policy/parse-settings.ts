/** Checks the settings of a policy change, or of a stored policy. Problems name the setting, never the value sent. */
import { NUMBER_DIGITS } from '../push';
import { SIGNAL_CODES } from '../risk/assessment';
import type { SignalCode } from '../risk/assessment';
import { areLikelihoodThresholds } from '../risk/likelihood/likelihood';
import { IP_MATCH_MODES, RISK_MODELS, areThresholds, isThreshold, isWeight } from '../risk/settings';
import { isRecord } from '../risk/well-formed';
import { DEFAULT_POLICY_SETTINGS, TRUST_DEVICE_MODES, WHEN_NO_METHOD } from './policy';
import type { PolicySettings } from './policy';

const ACTION_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MAX_ACTIONS = 50;
/** Proofs are kept no longer than this (seconds). */
const MAX_PROOF_AGE_SECONDS = 1800;

export type ParsedSettings =
  { readonly ok: true; readonly settings: PolicySettings } | { readonly ok: false; readonly problem: string };

interface SettingCheck {
  readonly accepts: (value: unknown) => boolean;
  readonly mustBe: string;
}

/** 30 days. */
const MAX_SESSION_HOURS = 720;
/** Requests are noticed once a minute, so that a shorter limit than this would be arbitrary. */
const MIN_IDLE_MINUTES = 5;

/** Far beyond what six features can say. */
const MAX_THETA = 100;

const THRESHOLD: SettingCheck = { accepts: isThreshold, mustBe: 'an integer from 1 to 100' };

const CHECKS: { readonly [Name in keyof PolicySettings]: SettingCheck } = {
  ipMatch: oneOf(IP_MATCH_MODES),
  blockOnCritical: { accepts: (value) => typeof value === 'boolean', mustBe: 'true or false' },
  whenNoMethod: oneOf(WHEN_NO_METHOD),
  trustDevice: oneOf(TRUST_DEVICE_MODES),
  mfaThreshold: THRESHOLD,
  blockThreshold: THRESHOLD,
  weights: {
    accepts: areWeights,
    mustBe: 'points from 0 to 100 by signal code (trusted_device: from -100 to 0)',
  },
  stepUpActions: {
    accepts: areStepUpActions,
    mustBe: `at most ${MAX_ACTIONS} actions by name (a-z, 0-9, -), each {maxAge: whole seconds from 0 to ${MAX_PROOF_AGE_SECONDS}}`,
  },
  riskModel: oneOf(RISK_MODELS),
  likelihoodThresholds: {
    accepts: areWholeThresholds,
    mustBe: `{theta30, theta80}: numbers from -${MAX_THETA} to ${MAX_THETA}, theta30 below theta80`,
  },
  pushNumberDigits: oneOf(NUMBER_DIGITS),
  sessionMaxHours: integerBetween(1, MAX_SESSION_HOURS),
  sessionIdleMinutes: integerBetween(MIN_IDLE_MINUTES, MAX_SESSION_HOURS * 60),
};

/**
 * The settings after a change. Every setting given replaces the one in `current` whole; the others stay.
 * @param change the `settings` of a PATCH, or a stored value; unknown names are refused
 */
export function parsePolicySettings(
  change: unknown,
  current: PolicySettings = DEFAULT_POLICY_SETTINGS,
): ParsedSettings {
  if (!isRecord(change)) return refused('settings must be an object');
  for (const [name, value] of Object.entries(change)) {
    if (!isSettingName(name)) return refused('settings contains an unknown setting');
    const check = CHECKS[name];
    if (!check.accepts(value)) return refused(`${name} must be ${check.mustBe}`);
  }
  const settings: PolicySettings = { ...current, ...change };
  if (!areThresholds(settings.mfaThreshold, settings.blockThreshold)) {
    return refused('mfaThreshold must not be above blockThreshold');
  }
  return { ok: true, settings };
}

/** The settings of a stored policy; damage in the database makes it unreadable, and then it counts as `always`. */
export function readSettings(stored: unknown): PolicySettings | 'unreadable' {
  const parsed = parsePolicySettings(stored ?? {});
  return parsed.ok ? parsed.settings : 'unreadable';
}

/** The same where nothing is decided by them. */
export function readSettingsOrDefaults(stored: unknown): PolicySettings {
  const settings = readSettings(stored);
  return settings === 'unreadable' ? DEFAULT_POLICY_SETTINGS : settings;
}

function refused(problem: string): ParsedSettings {
  return { ok: false, problem };
}

function isSettingName(name: string): name is keyof PolicySettings {
  return Object.hasOwn(CHECKS, name);
}

function oneOf(values: readonly (string | number)[]): SettingCheck {
  const accepted: readonly unknown[] = values;
  return { accepts: (value) => accepted.includes(value), mustBe: `one of ${values.join(', ')}` };
}

function integerBetween(least: number, most: number): SettingCheck {
  return {
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    mustBe: `an integer from ${least} to ${most}`,
  };
}

function areWholeThresholds(value: unknown): boolean {
  if (!isRecord(value) || !areLikelihoodThresholds(value)) return false;
  const { theta30, theta80, ...others } = value;
  return (
    Object.keys(others).length === 0 && [theta30, theta80].every((theta) => Math.abs(theta) <= MAX_THETA)
  );
}

function areWeights(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(([code, points]) => isSignalCode(code) && isWeight(code, points))
  );
}

function isSignalCode(code: string): code is SignalCode {
  const codes: readonly string[] = SIGNAL_CODES;
  return codes.includes(code);
}

function areStepUpActions(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length > MAX_ACTIONS) return false;
  return Object.entries(value).every(([name, action]) => ACTION_NAME.test(name) && isStepUpAction(action));
}

function isStepUpAction(action: unknown): boolean {
  if (!isRecord(action) || Object.keys(action).length !== 1) return false;
  const { maxAge } = action;
  return (
    typeof maxAge === 'number' && Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= MAX_PROOF_AGE_SECONDS
  );
}
