/** Somebody with a device, challenged and asked for an approval; and what comes of it. */
import type { DeviceState } from '../../../examples/authenticator-cli/authenticator';
import type { HttpAnswer } from '../../support/http-client';
import type { Person } from './actors';
import { answerWith, askForPush, deviceOf, verifyPush } from './devices';
import { until } from './patience';
import type { Product } from './product';

export interface Asked {
  readonly who: Person;
  readonly state: DeviceState;
  readonly challenge: HttpAnswer;
  readonly challengeId: string;
  readonly number: string;
}

/** A person with a device, challenged, with an open prompt. */
export async function asked(product: Product, extra: object = {}): Promise<Asked> {
  const who = await product.actors.person();
  const state = await deviceOf(product, who);
  const challenge = await product.actors.check(who);
  const opened = await askForPush(product, challenge, extra);
  if (opened.status !== 201) throw new Error(`no prompt: ${opened.text}`);
  const { challengeId, number } = opened.body as { challengeId: string; number: string };
  return { who, state, challenge, challengeId, number };
}

/** Approves with the number of the prompt. */
export function approve(product: Product, { state, challengeId, number }: Asked) {
  return answerWith(product, state, { challengeId, decision: 'approve', number });
}

/** Asks `verify` until there is a verdict. */
export function verified(
  product: Product,
  prompt: Pick<Asked, 'challenge' | 'challengeId'>,
  headers?: Record<string, string>,
): Promise<HttpAnswer> {
  return until(
    () => verifyPush(product, prompt, headers),
    ({ status }) => status !== 409 && status !== 503,
  );
}

/** How many tries of her sessions were charged. */
export async function attemptsOf({ stack }: Product, { who }: Asked): Promise<number> {
  const { rows } = await stack.database.pool.query<{ n: number }>(
    `select coalesce(sum(attempts), 0)::int as n from mfa_sessions where user_id = $1`,
    [who.userId],
  );
  return rows[0]?.n ?? -1;
}
