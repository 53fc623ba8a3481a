/** Decisions in words, for administrators and the audit; public answers never carry them. */
import type { Signal } from '../risk/assessment';
import { signalText } from '../risk/signal-text';
import type { DecisionReason } from './decision';

const REASON_WORDS: Readonly<Record<DecisionReason, string>> = {
  account_disabled: 'account disabled',
  organization_suspended: 'organization suspended',
  portal: 'ZewstID portal',
  risk_block: 'high risk',
  block_waived: 'block waived for this device',
  policy_unavailable: 'policy unavailable',
  policy_always: 'the application always asks',
  policy_never: 'the application never asks',
  risk_unavailable: 'risk unavailable',
  risk_score: 'risk score',
  low_risk: 'low risk',
  recent_mfa: 'MFA was recently completed',
  proof_too_old: 'the last MFA is too old',
  transaction: 'a transaction is approved by itself',
};

/** The reason of a decision in words, such as "ZewstID portal". */
export function reasonText(reason: DecisionReason): string {
  return REASON_WORDS[reason];
}

/** "Login blocked: new device, new country, impossible travel": what speaks against the sign-in, in the signals' order. */
export function blockReasonText(reason: DecisionReason, signals: readonly Signal[]): string {
  const grounds = reason === 'risk_block' ? signals.filter(speaksAgainst) : [];
  // A new country or region says more than the new address it came with.
  const namesPlace = grounds.some(({ code }) => code === 'new_country' || code === 'new_region');
  const words = grounds
    .filter(({ code }) => !(namesPlace && code === 'new_ip'))
    .map(({ code }) => signalText(code));
  return `Login blocked: ${words.length > 0 ? words.join(', ') : reasonText(reason)}`;
}

function speaksAgainst(signal: Signal): boolean {
  return signal.points > 0 || signal.floor || signal.blocks === true;
}
