/** Fake activities that answer as told and remember what they were asked, in order. */
import type { Activities, PolicySnapshot } from '../../../activities';
import { DEFAULT_POLICY_SETTINGS } from '../../../domain/policy/policy';
import type { Assessment } from '../../../domain/risk/assessment';
import type { SignInFacts } from '../../../domain/risk/facts';
import type {
  AnswerResult,
  BackupCodeAnswer,
  DecisionAnswer,
  PasskeyAnswer,
  PushAnswer,
  TotpAnswer,
} from '../../../workflows/messages';
import { LONDON } from '../../support/fake-network';

export type ActivityName = keyof Activities;

export interface Call<Name extends ActivityName = ActivityName> {
  readonly name: Name;
  readonly argument: Parameters<Activities[Name]>[0];
}

export interface Recorder {
  readonly calls: readonly Call[];
  /** The names of all calls, in the order in which they began. */
  order(): ActivityName[];
  /** What an activity was asked, call by call. */
  asked<Name extends ActivityName>(name: Name): Parameters<Activities[Name]>[0][];
  /** Runs a fake. Used by the stage's dispatcher only. */
  perform(name: ActivityName, argument: never): unknown;
  /** Ends the activities that hang. */
  release(): void;
}

/** Thrown by fakes: the neutral failure of `to-application-failure.ts`. */
export class StoreIsDown extends Error {}

/** Remembers calls; an activity that no fake was given for fails the test by failing itself. */
export function createRecorder(fakes: Partial<Activities>): Recorder {
  const calls: Call[] = [];
  const released: (() => void)[] = [];
  const asked = (name: ActivityName) =>
    calls.filter((call) => call.name === name).map(({ argument }) => argument);
  return {
    calls,
    order: () => calls.map(({ name }) => name),
    asked,
    perform(name, argument) {
      calls.push({ name, argument });
      const fake: ((argument: never) => unknown) | undefined = fakes[name] ?? USUAL[name];
      if (!fake) throw new Error(`no fake for ${name}`);
      const result = fake(argument);
      if (result !== HANGS) return result;
      return new Promise<void>((resolve) => released.push(resolve));
    },
    release: () => released.forEach((end) => end()),
  };
}

/** What a fake returns to hang until the stage is torn down, deaf to its cancellation. */
export const HANGS = Promise.resolve() as Promise<never>;

export const POLICY: PolicySnapshot = { version: 7, mfaPolicy: 'smart', settings: DEFAULT_POLICY_SETTINGS };
export const ASSESSMENT: Assessment = {
  kind: 'scored',
  score: 42,
  signals: [{ code: 'new_device', points: 42, floor: false }],
  floor: false,
};
export const FACTS: SignInFacts = {
  deviceKey: 'canary-device-key',
  ipKey: 'ip-key',
  prefixKey: 'prefix-key',
  deviceTrust: { kind: 'none' },
  network: LONDON,
  agent: { browserFamily: 'Firefox', osFamily: 'Linux', isBot: false },
  failures: { sameFingerprint: 0, otherFingerprints: 0, accountsFromIp: 0 },
};

/** What activities do when a test says nothing else. */
const USUAL: Partial<Activities> = {
  lookUpPolicy: () => Promise.resolve(POLICY),
  assessRisk: () => Promise.resolve({ assessment: ASSESSMENT, facts: FACTS }),
  recordAbandoned: () => Promise.resolve({ kind: 'abandoned' }),
};

type Decided = DecisionAnswer & { kind: 'decided' };

const DECIDED = {
  kind: 'decided',
  decisionId: 'dec_AAAAAAAAAAAAAAAAAAAAAA',
  policy: 'smart',
  riskScore: 42,
  enrollment: 'none',
  methods: { totp: true, push: false, backupCode: false, passkey: false },
} as const;

export const ALLOWED: Decided = {
  ...DECIDED,
  outcome: 'allow',
  reason: 'low_risk',
  riskScore: 5,
  sessionId: 'ses_AAAAAAAAAAAAAAAAAAAAAA',
};
export const BLOCKED: Decided = { ...DECIDED, outcome: 'block', reason: 'risk_block', riskScore: 91 };
export const REFUSED: Decided = {
  ...DECIDED,
  outcome: 'challenge',
  reason: 'risk_score',
  enrollment: 'enrollment_required',
};

/** A challenge whose stored deadline is this (epoch ms). */
export function challengedUntil(expiresAt: number): Decided {
  return { ...DECIDED, outcome: 'challenge', reason: 'risk_score', expiresAt };
}

/** An answer as the API hands it in. */
export function answer(attemptId: string): TotpAnswer {
  return {
    attemptId,
    method: 'totp',
    digest: 'canary-digest',
    digestKeyId: 'key-1',
    newDeviceTokenHash: 'canary-token-hash',
    answerBy: 4_102_444_800_000,
  };
}

/** The same with a backup code. */
export function backupCodeAnswer(attemptId: string): BackupCodeAnswer {
  return { ...answer(attemptId), method: 'backupCode', digit: '3' };
}

/** The same by a passkey: its assertion lies in the store. */
export function passkeyAnswer(attemptId: string): PasskeyAnswer {
  const { newDeviceTokenHash, answerBy } = answer(attemptId);
  return { attemptId, method: 'passkey', newDeviceTokenHash, answerBy };
}

/** Asks for a look at a prompt. */
export function pushAnswer(attemptId: string): PushAnswer {
  return { ...passkeyAnswer(attemptId), method: 'push' };
}

export const VERIFIED = {
  result: { kind: 'verified', sessionId: 'ses_BBBBBBBBBBBBBBBBBBBBBB' } satisfies AnswerResult,
  sessionEnded: 'verified',
} as const;
export const WRONG = { result: { kind: 'wrong' }, sessionEnded: undefined } as const;
