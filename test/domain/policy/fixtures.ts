/** One ordinary sign-in to an ordinary application, for the decision tests. */
import type { DecideInput } from '../../../domain/policy/decide';
import { decide } from '../../../domain/policy/decide';
import type { Decision } from '../../../domain/policy/decision';
import { DEFAULT_POLICY_SETTINGS } from '../../../domain/policy/policy';
import type { PolicySettings } from '../../../domain/policy/policy';
import type { Assessment, Signal } from '../../../domain/risk/assessment';

export const UNAVAILABLE: Assessment = { kind: 'unavailable' };

export function scored(score: number, signals: readonly Signal[] = []): Assessment {
  return { kind: 'scored', score, signals, floor: false };
}

export const INPUT: DecideInput = {
  clientId: 'demo-shop',
  policy: 'smart',
  settings: DEFAULT_POLICY_SETTINGS,
  account: { userActive: true, organizationActive: true },
  assessment: scored(0),
  methodsEnrolled: true,
  deviceKnown: true,
};

export function decideOn(change: Partial<DecideInput>, settings: Partial<PolicySettings> = {}): Decision {
  return decide({ ...INPUT, settings: { ...INPUT.settings, ...settings }, ...change });
}
