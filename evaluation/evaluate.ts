/**
 * A stream of sign-ins judged as the live path judges them: the same functions of the domain, with profiles, failures
 * and population in memory. The policy is `smart`, and every user has a method.
 */
import { decide } from '../domain/policy/decide';
import type { Outcome } from '../domain/policy/decision';
import { DEFAULT_POLICY_SETTINGS, effectiveRiskSettings, type PolicySettings } from '../domain/policy/policy';
import { teachingOf, type Teaching } from '../domain/policy/teaches-profile';
import { assess } from '../domain/risk/assess';
import type { Assessment } from '../domain/risk/assessment';
import type { NetworkFacts } from '../domain/risk/facts';
import { isDeviceKnown } from '../domain/risk/is-device-known';
import { emptyProfile, learn, learnWhereabouts } from '../domain/risk/learn';
import { featureValues } from '../domain/risk/likelihood/features';
import type { RiskProfile } from '../domain/risk/profile';
import { MS_PER_DAY } from '../domain/risk/retention';
import { DEFAULT_RISK_SETTINGS, DEVICE_TRUST_DAYS } from '../domain/risk/settings';
import { createCountedPopulation } from './counted-population';
import { createFactReader, isTrustedAt, trustOf } from './facts';
import { createProfiles } from './profiles';
import { createRecentFailures } from './recent-failures';
import type { RiskEvent } from './risk-event';

export interface Judged {
  readonly assessment: Assessment;
  readonly outcome: Outcome;
}

export interface Evaluation {
  /** Judges an event and learns from it; `recorded` for a failed first factor, which is only counted. */
  readonly take: (event: RiskEvent) => Judged | 'recorded';
}

export interface EvaluationOptions {
  readonly settings: PolicySettings;
  readonly lookUp: (ip: string) => NetworkFacts;
}

/** Judges events in the order in which they are given. */
export function createEvaluation({ settings, lookUp }: EvaluationOptions): Evaluation {
  const profiles = createProfiles();
  const failures = createRecentFailures();
  const population = createCountedPopulation();
  const factsOf = createFactReader(lookUp);
  return {
    take: (event) => {
      const profile = profiles.of(event.userId) ?? emptyProfile();
      const deviceTrust = trustOf(profile, event);
      const isTrusted = isTrustedAt(deviceTrust, event.at);
      if (event.outcome === 'failed_first_factor') {
        failures.record(event, isTrusted);
        return 'recorded';
      }
      const facts = factsOf(event, { deviceTrust, failures: failures.countsFor(event, isTrusted) });
      const values = featureValues(facts);
      const counts = settings.riskModel === 'rules' ? undefined : population.of(values);
      const judged = judge(event, { profile, facts, settings, ...(counts && { population: counts }) });
      const learned = learnedFrom(event, judged, { profile, facts });
      if (learned) profiles.keep(event.userId, learned, event.at);
      if (judged.teaching === 'everything') population.add(values);
      return judged;
    },
  };
}

interface Known extends Pick<Parameters<typeof assess>[0], 'profile' | 'facts' | 'population'> {
  readonly settings: PolicySettings;
}

interface JudgedAndTeaching extends Judged {
  readonly teaching: Teaching;
}

function judge(event: RiskEvent, { settings, ...known }: Known): JudgedAndTeaching {
  const { clientId, at: now } = event;
  const assessment = assess({ ...known, settings: effectiveRiskSettings(clientId, settings), now });
  const decision = decide({
    clientId,
    policy: 'smart',
    settings,
    account: { userActive: true, organizationActive: true },
    assessment,
    methodsEnrolled: true,
    deviceKnown: isDeviceKnown(assessment, known.facts),
  });
  const { outcome } = decision;
  if (outcome !== 'allow') {
    return {
      assessment,
      outcome,
      teaching: outcome === 'challenge' && event.mfa === 'pass' ? 'everything' : 'nothing',
    };
  }
  const baseline =
    settings === DEFAULT_POLICY_SETTINGS
      ? assessment
      : assess({ ...known, settings: DEFAULT_RISK_SETTINGS, now });
  return { assessment, outcome, teaching: teachingOf(decision, baseline) };
}

/** The profile after an event, if it teaches. */
function learnedFrom(
  { at: now }: RiskEvent,
  { outcome, teaching }: JudgedAndTeaching,
  known: Pick<Known, 'profile' | 'facts'>,
): RiskProfile | undefined {
  if (teaching === 'nothing') return undefined;
  if (teaching === 'whereabouts') return learnWhereabouts({ ...known, now });
  const mfa = outcome === 'challenge';
  return learn({ ...known, now, mfa, ...(mfa && { trustedUntil: now + DEVICE_TRUST_DAYS * MS_PER_DAY }) });
}
