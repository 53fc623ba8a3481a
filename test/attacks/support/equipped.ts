/** Somebody with a password and every factor there is, and ways to answer a challenge with each. */
import type { DeviceState } from '../../../examples/authenticator-cli/authenticator';
import type { HttpAnswer } from '../../support/http-client';
import type { Authenticator } from '../../support/software-authenticator';
import { totpCode } from '../../support/totp';
import type { Person } from '../../api/support/actors';
import { codesFor } from '../../api/support/backup-codes';
import { askForPush, deviceOf } from '../../api/support/devices';
import { passwordPerson } from '../../api/support/directory';
import { createPasskeyActs } from '../../api/support/passkeys';
import { approve, verified } from '../../api/support/prompts';
import type { Product } from '../../api/support/product';

export interface Equipped {
  readonly who: Person;
  readonly codes: readonly string[];
  readonly authenticator: Authenticator;
  readonly state: DeviceState;
}

export async function equipped(product: Product): Promise<Equipped> {
  const who = await passwordPerson(product);
  const codes = await codesFor(product, who);
  const authenticator = await createPasskeyActs(product).enrol(who);
  return { who, codes, authenticator, state: await deviceOf(product, who) };
}

/** The body of a right answer, for each method that is answered at the sign-in screen. */
export const RIGHT_BODIES = {
  totp: ({ who }: Equipped) => Promise.resolve({ method: 'totp', code: totpCode(who.totpSecret) }),
  backupCode: ({ codes }: Equipped) => Promise.resolve({ method: 'backupCode', code: codes[0] }),
  passkey: async ({ authenticator }: Equipped, product: Product, challenge: HttpAnswer) => {
    const asked = await createPasskeyActs(product).ask(challenge);
    return { method: 'passkey', credential: authenticator.get(asked.body) };
  },
} as const satisfies Record<
  string,
  (user: Equipped, product: Product, challenge: HttpAnswer) => Promise<object>
>;
export type DirectMethod = keyof typeof RIGHT_BODIES;
export const DIRECT_METHODS = Object.keys(RIGHT_BODIES) as DirectMethod[];

/** Sends an answer to `verify` as it is. */
export function send({ stack }: Product, challenge: Pick<HttpAnswer, 'body'>, answer: object) {
  const { mfaSessionId } = challenge.body;
  return stack.call('POST', '/api/v1/auth/mfa/verify', { body: { mfaSessionId, ...answer } });
}

/** Answers rightly by push: asked for, approved with its number, verified. */
export async function answerByPush(
  product: Product,
  { who, state }: Pick<Equipped, 'who' | 'state'>,
  challenge: HttpAnswer,
): Promise<HttpAnswer> {
  const { body } = await askForPush(product, challenge);
  const { challengeId, number } = body as { challengeId: string; number: string };
  const prompt = { who, state, challenge, challengeId, number };
  await approve(product, prompt);
  return verified(product, prompt);
}
