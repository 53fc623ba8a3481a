/** Gathers the facts of a sign-in (profile, device trust, failures, network, agent) and scores them. */
import { isDeepStrictEqual } from 'node:util';
import { assess } from '../domain/risk/assess';
import type { Assessment } from '../domain/risk/assessment';
import type { DeviceTrust, SignInFacts } from '../domain/risk/facts';
import { featureValues } from '../domain/risk/likelihood/features';
import { counterfactualsOf } from '../domain/risk/counterfactuals';
import { emptyProfile } from '../domain/risk/learn';
import { parseProfile, ProfileCorruptError } from '../domain/risk/parse-profile';
import type { RiskProfile } from '../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS, type RiskSettings } from '../domain/risk/settings';
import { effectiveRiskSettings } from '../domain/policy/policy';
import { prefixOf } from '../network/ip-address';
import { parseAgent } from '../network/user-agent';
import { ipKey, prefixKey } from '../runtime/identity-keys';
import { loadRiskInputs, type RiskInputs } from '../storage/risk-inputs';
import type { RiskSubject, StepUpInput } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import type { PolicySnapshot } from './look-up-policy';

interface RiskQuery {
  readonly input: RiskSubject & Partial<Pick<StepUpInput, 'isSessionDevice'>>;
  readonly policy: PolicySnapshot | 'unreadable';
}

interface AssessedRisk {
  readonly assessment: Assessment;
  /** Under default settings, where that is another one. */
  readonly baseline?: Assessment;
  readonly facts: SignInFacts;
}

/** Makes the activity. Throws when any source fails: the workflow then counts the risk as unavailable. */
export function createAssessRisk(deps: ActivityDeps) {
  return async function assessRisk({ input, policy }: RiskQuery): Promise<AssessedRisk> {
    const settings =
      policy === 'unreadable'
        ? DEFAULT_RISK_SETTINGS
        : effectiveRiskSettings(input.clientId, policy.settings);
    const { facts, stored } = await observe(deps, input, settings);
    const { now, population } = stored;
    const profile = readProfile(stored.profile);
    if (!profile) {
      // The facts are sound: kept, so that the MFA that follows can start the profile anew.
      deps.logger.warn({ userId: input.userId }, 'stored risk profile cannot be read');
      return { assessment: { kind: 'unavailable' }, facts };
    }
    const given = { profile, facts, settings, now, ...(population && { population }) };
    const assessment = assess(given);
    const baseline = assess({ profile, facts, settings: DEFAULT_RISK_SETTINGS, now });
    const counterfactuals = counterfactualsOf(given, assessment);
    return {
      assessment: { ...assessment, ...(counterfactuals && { counterfactuals }) },
      facts,
      ...(!isDeepStrictEqual(assessment, baseline) && { baseline }),
    };
  };
}

/** What is seen of this sign-in and what is stored about its user, in one read. */
async function observe(
  { riskPool, keys, network }: ActivityDeps,
  input: RiskQuery['input'],
  settings: RiskSettings,
): Promise<{ facts: SignInFacts; stored: RiskInputs }> {
  const { userId, deviceKey, deviceTokenHash, fingerprintKey, ip } = input;
  const seen = {
    deviceKey,
    ...(fingerprintKey !== undefined && { fingerprintKey }),
    ipKey: ipKey(keys, ip),
    prefixKey: prefixKey(keys, prefixOf(ip) ?? ip),
    network: network.lookUp(ip),
    agent: parseAgent(input.userAgent),
  };
  const stored = await loadRiskInputs(riskPool, {
    ...{ userId, deviceKey, deviceTokenHash, ipKey: seen.ipKey },
    values: settings.riskModel === 'rules' ? undefined : featureValues(seen),
  });
  const deviceTrust = input.isSessionDevice ? vouched(stored) : stored.deviceTrust;
  return { facts: { ...seen, deviceTrust, failures: stored.failures }, stored };
}

/** Inside a session its access token vouches for the device that opened it, as a device token would. */
function vouched({ deviceTrust, now }: RiskInputs): DeviceTrust {
  return deviceTrust.kind === 'held' ? deviceTrust : { kind: 'held', trustedUntil: now + 1 };
}

function readProfile(stored: unknown): RiskProfile | undefined {
  if (stored === null) return emptyProfile();
  try {
    return parseProfile(stored);
  } catch (error) {
    if (error instanceof ProfileCorruptError) return undefined;
    throw error;
  }
}
