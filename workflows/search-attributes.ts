/** The search attributes of a sign-in: what operators find workflows by. Never personal data, never a secret. */
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { DecidedAnswer } from '../domain/decision-answer';

const CLIENT_ID = defineSearchAttributeKey('MfaClientId', 'KEYWORD');
const OUTCOME = defineSearchAttributeKey('MfaOutcome', 'KEYWORD');
const POLICY = defineSearchAttributeKey('MfaPolicy', 'KEYWORD');
const RISK_BAND = defineSearchAttributeKey('MfaRiskBand', 'KEYWORD');

/** `low` < 30, `elevated` < 80, `critical`, or `unavailable`. */
export function riskBand(score: number | null): 'low' | 'elevated' | 'critical' | 'unavailable' {
  if (score === null) return 'unavailable';
  if (score < 30) return 'low';
  return score < 80 ? 'elevated' : 'critical';
}

/** The four search attributes of a decided sign-in. */
export function searchAttributesOf(clientId: string, decided: DecidedAnswer): SearchAttributeUpdatePair[] {
  return [
    { key: CLIENT_ID, value: clientId },
    { key: OUTCOME, value: decided.outcome },
    { key: POLICY, value: decided.policy },
    { key: RISK_BAND, value: riskBand(decided.riskScore) },
  ];
}
