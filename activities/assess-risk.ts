/** Gathers the facts of a sign-in (profile, device trust, failures, network, agent) and scores them. */
import { isDeepStrictEqual } from 'node:util';
import { assess } from '../domain/risk/assess';
import type { Assessment } from '../domain/risk/assessment';
import type { DeviceTrust, SignInFacts } from '../domain/risk/facts';
import { emptyProfile } from '../domain/risk/learn';
import { parseProfile, ProfileCorruptError } from '../domain/risk/parse-profile';
import type { RiskProfile } from '../domain/risk/profile';
import { DEFAULT_RISK_SETTINGS } from '../domain/risk/settings';
import { effectiveRiskSettings } from '../domain/policy/policy';
import { prefixOf } from '../network/ip-address';
import { parseAgent } from '../network/user-agent';
import { ipKey, prefixKey } from '../runtime/identity-keys';
import { loadRiskInputs, type RiskInputs } from '../storage/risk-inputs';
import type { RiskSubject, StepUpInput } from '../workflows/messages';
import type { ActivityDeps } from './deps';
import type { PolicySnapshot } from './look-up-policy';

/** Makes the activity. Throws when any source fails: the workflow then counts the risk as unavailable. */
export function createAssessRisk({ riskPool, keys, network, logger }: ActivityDeps) {
  return async function assessRisk(query: {
    input: RiskSubject & Partial<Pick<StepUpInput, 'isSessionDevice'>>;
    policy: PolicySnapshot | 'unreadable';
  }): Promise<{ assessment: Assessment; baseline?: Assessment; facts: SignInFacts }> {
    const { input, policy } = query;
    const address = ipKey(keys, input.ip);
    const stored = await loadRiskInputs(riskPool, {
      userId: input.userId,
      deviceKey: input.deviceKey,
      deviceTokenHash: input.deviceTokenHash,
      ipKey: address,
    });
    const facts: SignInFacts = {
      deviceKey: input.deviceKey,
      ipKey: address,
      prefixKey: prefixKey(keys, prefixOf(input.ip) ?? input.ip),
      deviceTrust: input.isSessionDevice ? vouched(stored) : stored.deviceTrust,
      network: network.lookUp(input.ip),
      agent: parseAgent(input.userAgent),
      failures: stored.failures,
    };
    const profile = readProfile(stored.profile);
    if (!profile) {
      // The facts are sound: kept, so that the MFA that follows can start the profile anew.
      logger.warn({ userId: input.userId }, 'stored risk profile cannot be read');
      return { assessment: { kind: 'unavailable' }, facts };
    }
    const settings =
      policy === 'unreadable'
        ? DEFAULT_RISK_SETTINGS
        : effectiveRiskSettings(input.clientId, policy.settings);
    const assessment = assess({ profile, facts, settings, now: stored.now });
    const baseline = assess({ profile, facts, settings: DEFAULT_RISK_SETTINGS, now: stored.now });
    return { assessment, facts, ...(!isDeepStrictEqual(assessment, baseline) && { baseline }) };
  };
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
