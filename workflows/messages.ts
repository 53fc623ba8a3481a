/**
 * The contract of the workflows: inputs, results, updates, signals, ids. The only thing of this folder that other
 * folders import. Nothing here may carry a bearer secret, a code or a fingerprint: history keeps it for ever.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DecidedAnswer } from '../domain/decision-answer';
import type { NoticeOutcome } from '../domain/notices/delivery';
import type { EndedState } from '../domain/session';

export const SIGN_IN_WORKFLOW = 'signIn';
export const STEP_UP_WORKFLOW = 'stepUp';
export const REASSESS_SESSIONS_WORKFLOW = 'reassessSessions';
export const SEND_NOTICE_WORKFLOW = 'sendNotice';
export const DELIVER_PROMPT_WORKFLOW = 'deliverPrompt';
export const UPDATE_THREAT_FEEDS_WORKFLOW = 'updateThreatFeeds';
export const DECISION_UPDATE_ID = 'decision';

/** Registered on the server at start; none carries personal data. */
export const SEARCH_ATTRIBUTES = ['MfaClientId', 'MfaOutcome', 'MfaPolicy', 'MfaRiskBand'] as const;

/** Slow activities have a queue of their own, named after the queue of the decisions: `mfa-decisions` → `mfa-side-effects`. */
export function sideEffectsQueue(decisionsQueue: string): string {
  return decisionsQueue.replace(/decisions$/, 'side-effects');
}

/** The id of a sign-in's workflow: the hash of the MFA session id, so that it names the session without opening it. */
export function signInWorkflowId(sessionIdHash: string): string {
  return `sign-in/${sessionIdHash}`;
}

/** The id of a step-up's workflow. */
export function stepUpWorkflowId(sessionIdHash: string): string {
  return `step-up/${sessionIdHash}`;
}

/** The id of the workflow behind an MFA session. */
export function workflowIdOf(session: { purpose: 'sign-in' | 'step-up'; idHash: string }): string {
  return session.purpose === 'sign-in' ? signInWorkflowId(session.idHash) : stepUpWorkflowId(session.idHash);
}

/** The id of the workflow that carries a policy change to the sessions that are open. */
export function reassessSessionsWorkflowId({ clientId, version }: ReassessSessionsInput): string {
  return `reassess-sessions/${clientId}/${version}`;
}

/** The id of the workflow that tells the devices of a prompt. */
export function deliverPromptWorkflowId({ challengeId }: DeliverPromptInput): string {
  return `deliver-prompt/${challengeId}`;
}

/** Which prompt waits. Its id opens nothing: the holder of the session or a signature of the device has to be shown too. */
export interface DeliverPromptInput {
  readonly challengeId: string;
}

export interface DeliverPromptResult {
  /** `given_up`: a push service did not take the message while the prompt was open. */
  readonly outcome: 'done' | 'given_up';
}

/** Which application's policy changed; `version` is that of the change. */
export interface ReassessSessionsInput {
  readonly clientId: string;
  readonly version: number;
  /** Of a continued workflow: what the runs before it did. */
  readonly soFar?: SessionsReassessed;
}

/** What became of the sessions. */
export interface SessionsReassessed {
  readonly kept: number;
  /** Fresh MFA is demanded. */
  readonly stepUps: number;
  readonly ended: number;
}

/** Which message to deliver; its workflow id is `sendNoticeWorkflowId`. */
export interface SendNoticeInput {
  readonly noticeId: string;
  /** Of a message with a code: for how long it is worth sending. */
  readonly validSeconds?: number;
}

export interface SendNoticeResult {
  readonly outcome: NoticeOutcome;
}

/** Whose risk is assessed: what sign-in and step-up have in common. */
export interface RiskSubject {
  readonly sessionIdHash: string;
  readonly clientId: string;
  readonly userId: string;
  /** Canonical text form. */
  readonly ip: string;
  readonly userAgent: string;
  /** HMAC(user, fingerprint) and HMAC(fingerprint), if one was sent: the fingerprint itself stays in the API. */
  readonly deviceKey: string;
  readonly fingerprintKey?: string;
  readonly deviceTokenHash?: string;
  /** Epoch ms on the database's clock: after it nobody waits for the answer, and nothing may take effect. */
  readonly answerBy: number;
}

/** What the API knows when a sign-in starts. */
export interface SignInInput extends RiskSubject {
  readonly externalSessionId?: string;
  readonly firstFactor: string;
  /** Began with our own password check: completing it yields an access token. */
  readonly issuesToken?: boolean;
}

/** What the API knows when a step-up starts. */
export interface StepUpInput extends RiskSubject {
  /** The user's session that the access token names. */
  readonly subjectSessionId: string;
  /** The device is the one that opened the session, whose access token vouches for it. */
  readonly isSessionDevice: boolean;
  readonly action: string;
  /** Seconds. */
  readonly maxAgeSeconds: number;
  /** SHA-256 of the canonical transaction (RFC 8785), base64url. */
  readonly transactionHash?: string;
}

/** What the `decision` update answers, always read from the stored row. */
export type DecisionAnswer =
  | DecidedAnswer
  /** The decision came after `answerBy`; nothing took effect. */
  | { readonly kind: 'abandoned' }
  /** Nothing durable could be written. */
  | { readonly kind: 'not_recorded' };

/** What every answer to a challenge carries, whatever its method. */
interface Answer {
  readonly attemptId: string;
  /** Hash of the device token that the API will hand out if trust is created. */
  readonly newDeviceTokenHash: string;
  /** What the caller asked for; the application's setting rules. */
  readonly trustDevice?: boolean;
  readonly answerBy: number;
}

/** A code as a keyed digest: `HMAC(codes, session ‖ method ‖ code)`. */
export interface TotpAnswer extends Answer {
  readonly method: 'totp';
  readonly digest: string;
  readonly digestKeyId: string;
}

/** A backup code: which one it is, in clear, and `HMAC(backup-codes, user ‖ code)`. */
export interface BackupCodeAnswer extends Answer {
  readonly method: 'backupCode';
  /** `0` to `9`. */
  readonly digit: string;
  readonly digest: string;
  readonly digestKeyId: string;
}

/** An assertion of a passkey. It lies with the attempt in `mfa_attempts`. */
export interface PasskeyAnswer extends Answer {
  readonly method: 'passkey';
}

/** Asks for a look at the signed answer to a prompt; the attempt's id is the prompt's. */
export interface PushAnswer extends Answer {
  readonly method: 'push';
}

/** One answer to a challenge, by method. Each carries digests or ids, never what was typed. */
export type SubmittedAnswer = TotpAnswer | BackupCodeAnswer | PasskeyAnswer | PushAnswer;
export type AnswerMethod = SubmittedAnswer['method'];

export type AnswerResult =
  | { readonly kind: 'verified'; readonly sessionId: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The session was over before this answer was looked at. */
  | { readonly kind: 'ended' }
  /** The answer could not be judged now; the code is not spent and the same attempt may be sent again. */
  | { readonly kind: 'unavailable' };

export interface SignInResult {
  readonly outcome:
    'allowed' | 'approved' | 'blocked' | 'refused' | 'abandoned' | 'not_recorded' | EndedState;
}

/** Waits for the decision and answers it. */
export const decisionUpdate = defineUpdate<DecisionAnswer>('decision');

/** Hands in an answer and waits for the verdict. */
export const submitAnswerUpdate = defineUpdate<AnswerResult, [SubmittedAnswer]>('submitAnswer');

/** An answer lies in `mfa_attempts` under this id: look at it. Carries no evidence, so a forged one can only ask for a look. */
export const totpCodeSignal = defineSignal<[{ attemptId: string }]>('totpCode');

/** A device answered this prompt: look at what it signed. Carries no evidence either. */
export const pushAnsweredSignal = defineSignal<[{ challengeId: string }]>('pushAnswered');

/** The session was ended in the store (cancelled, superseded): look and finish. */
export const sessionClosedSignal = defineSignal('sessionClosed');
