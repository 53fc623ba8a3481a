/** The SDK on the real product over a line that can lose answers: started before a file's tests, stopped after. */
import { createMfaClient, type MfaClient } from '../../../sdk/src/index';
import { SECRETS, startStack, type Stack } from '../../support/stack';
import { startFaultyLine } from './faulty-line';
import type { Person } from './people';

export const CREDENTIALS = { clientId: 'demo-shop', clientSecret: SECRETS.demo.clientSecret };

export interface Setting {
  readonly stack: Stack;
  readonly line: Awaited<ReturnType<typeof startFaultyLine>>;
  readonly mfa: MfaClient;
}

/** Registers the hooks; the line is sound again before each test. */
export function useClient(): Setting {
  let started: Setting | undefined;
  const setting = (): Setting => {
    if (!started) throw new Error('the product runs inside tests only');
    return started;
  };
  beforeAll(async () => {
    const stack = await startStack();
    const line = await startFaultyLine(stack.address);
    started = { stack, line, mfa: createMfaClient({ baseUrl: line.address, ...CREDENTIALS }) };
  });
  beforeEach(() => setting().line.spoil());
  afterAll(async () => {
    await started?.line.stop();
    await started?.stack.stop();
  });
  return {
    get stack() {
      return setting().stack;
    },
    get line() {
      return setting().line;
    },
    get mfa() {
      return setting().mfa;
    },
  };
}

export const browserOf = ({ fingerprint }: Person) => ({
  ip: '10.1.2.3',
  userAgent: 'Mozilla/5.0 Firefox/140.0',
  fingerprint,
});

/** What a call was refused with. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

export const check = ({ mfa }: Setting, who: Person) =>
  mfa.checkSignIn({ userId: who.userId, ...browserOf(who) });

/** The MFA session of a challenge. */
export async function challenge(setting: Setting, who: Person): Promise<string> {
  const answer = await check(setting, who);
  if (!answer.mfaRequired) throw new Error('no challenge');
  return answer.mfaSessionId;
}
