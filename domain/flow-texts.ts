/**
 * The words that describe a flow to an operator in the Temporal UI: summaries of workflows, activities and timers,
 * and the current details. They are the only texts that stand in a history unencrypted, so nothing may go into them
 * but what `isFlowText` can recognise: fixed sentences, a client id, codes, a score, a decision id.
 */
export const SUMMARIES = {
  signIn: 'Sign-in',
  stepUp: 'Step-up',
  recordStepUp: 'record step-up',
  lookUpPolicy: 'look up policy',
  assessRisk: 'assess risk',
  recordDecision: 'record decision',
  verifyTotp: 'verify TOTP code',
  verifyBackupCode: 'verify backup code',
  verifyPasskey: 'verify passkey',
  verifyPush: 'verify approval on a device',
  deliverPrompt: 'Prompt on a device',
  sendPrompt: 'tell the devices of the prompt',
  expiry: 'MFA session expires',
  settleSession: 'look at the session, expire it when due',
  recordAbandoned: 'record the abandoned attempt',
  cancelSession: 'cancel the session',
  reassessSessions: 'Reassess open sessions',
  reassessBatch: 'judge sessions by the new policy',
  lateSignIns: 'sign-ins decided by the old policy finish',
  recoverAccount: 'Account recovery',
  sendRecoveryCode: 'send the code by e-mail',
  confirmRecovery: 'check the code',
  completeRecovery: 'set the new password, end sessions',
  settleRecovery: 'look at the case, carry out orders, expire it when due',
  cancelRecovery: 'end the case',
  recoveryClock: 'the step of the recovery ends',
  sendNotice: 'Message to a person',
  deliverNotice: 'send the message by e-mail',
  giveUpNotice: 'note that it was not delivered',
  downloadLists: 'download threat lists',
} as const;

export const DECIDING = 'Deciding.';
export const REASSESSING = 'Judging the open sessions by the new policy.';
export const REASSESSED = 'Every open session was judged by the new policy.';
/** Where a recovery stands or how it ended, in a sentence. */
export const RECOVERY_TEXTS = {
  requested: 'A recovery was asked for.',
  code_sent: 'Waiting for the code that was sent by e-mail.',
  confirmed: 'The e-mail address is proven. Waiting for the new password.',
  completed: 'The password was changed, and the sessions were ended.',
  expired: 'Expired: a step took too long.',
  dead: 'Ended by too many wrong codes.',
  refused: 'Ended by an administrator, or with everything else that was open for the user.',
} as const;
export const SENDING_NOTICE = 'A message is waiting for the mail server.';
/** How the delivery of a message ended, in a sentence. */
export const NOTICE_TEXTS = {
  sent: 'Handed to the mail server.',
  refused: 'The mail server refused it for good.',
  expired: 'Not delivered: its code is not valid any more.',
  given_up: 'Not delivered: tried to the end of its time, or cancelled.',
  gone: 'Nothing to deliver any more: it was deleted.',
  kept: 'Not sent: no mail server is configured.',
} as const;
const WAITING = 'Waiting for a second factor.';

/** How a sign-in ended, in a sentence. */
export const ENDINGS = {
  allowed: 'Signed in without MFA.',
  blocked: 'Blocked.',
  refused: 'Refused: a second factor has to be enrolled first.',
  approved: 'Approved without asking again.',
  abandoned: 'Decided too late: nobody was waiting any more, nothing took effect.',
  not_recorded: 'Nothing could be recorded, so nobody was let in.',
  verified: 'Second factor verified.',
  expired: 'Expired without a valid answer.',
  dead: 'Ended by too many wrong answers.',
  cancelled: 'Cancelled.',
  superseded: 'Superseded by newer sign-ins of the same user.',
} as const;

export interface DecisionFacts {
  readonly clientId: string;
  readonly outcome: string;
  readonly reason: string;
  readonly policy: string;
  readonly riskScore: number | null;
  readonly decisionId: string;
}

/** What was decided and why, as Markdown; `next` is how it goes on or ended. */
export function decisionText(facts: DecisionFacts, next: 'waiting' | keyof typeof ENDINGS): string {
  const { clientId, outcome, reason, policy, riskScore, decisionId } = facts;
  const risk = riskScore === null ? 'unavailable' : String(riskScore);
  const sentence = next === 'waiting' ? WAITING : ENDINGS[next];
  return `**${outcome}** for \`${clientId}\`: ${reason} (policy ${policy}, risk ${risk}). Decision \`${decisionId}\`. ${sentence}`;
}

const FIXED: ReadonlySet<string> = new Set<string>([
  ...Object.values(SUMMARIES),
  DECIDING,
  REASSESSING,
  REASSESSED,
  ...Object.values(ENDINGS),
  ...Object.values(RECOVERY_TEXTS),
  SENDING_NOTICE,
  ...Object.values(NOTICE_TEXTS),
]);
const SENTENCES: ReadonlySet<string> = new Set<string>([WAITING, ...Object.values(ENDINGS)]);
const DECISION_TEXT =
  /^\*\*(?:allow|challenge|block)\*\* for `[a-z][a-z0-9-]{2,62}`: [a-z_]{1,40} \(policy [a-z]{1,10}, risk (?:unavailable|\d{1,3})\)\. Decision `dec_[A-Za-z0-9_-]{22}`\. (.+)$/;

/** Whether a text is one of those above, word for word; anything else may hold a secret. */
export function isFlowText(text: string): boolean {
  if (FIXED.has(text)) return true;
  const sentence = DECISION_TEXT.exec(text)?.[1];
  return sentence !== undefined && SENTENCES.has(sentence);
}
