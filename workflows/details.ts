/** What an operator reads in the Temporal UI: details and search attributes. Never personal data, never a secret. */
import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { DecisionAnswer, SignInResult } from './messages';

type Decided = DecisionAnswer & { kind: 'decided' };

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
export function searchAttributesOf(clientId: string, decided: Decided): SearchAttributeUpdatePair[] {
  return [
    { key: CLIENT_ID, value: clientId },
    { key: OUTCOME, value: decided.outcome },
    { key: POLICY, value: decided.policy },
    { key: RISK_BAND, value: riskBand(decided.riskScore) },
  ];
}

/** One paragraph of Markdown: what was decided and why. */
export function describeDecision(clientId: string, decided: Decided): string {
  const score = decided.riskScore === null ? 'risk unavailable' : `risk ${decided.riskScore}`;
  const waiting = decided.expiresAt === undefined ? '' : '\n\nWaiting for a second factor.';
  return `**${decided.outcome}** for \`${clientId}\`: ${decided.reason} (policy ${decided.policy}, ${score}). Decision \`${decided.decisionId}\`.${waiting}`;
}

const ENDS: Readonly<Record<SignInResult['outcome'], string>> = {
  allowed: 'Signed in without MFA.',
  blocked: 'Blocked.',
  refused: 'Refused: a second factor has to be enrolled first.',
  abandoned: 'Decided too late: nobody was waiting any more, nothing took effect.',
  not_recorded: 'Nothing could be recorded, so nobody was let in.',
  verified: 'Second factor verified.',
  expired: 'Expired without a valid answer.',
  dead: 'Ended by too many wrong answers.',
  cancelled: 'Cancelled.',
  superseded: 'Superseded by newer sign-ins of the same user.',
};

/** How a sign-in ended, in a sentence. */
export function describeEnd(outcome: SignInResult['outcome']): string {
  return ENDS[outcome];
}
